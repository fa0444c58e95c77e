/** Clip-art and cut-out photographs with titles out of Debian packages. */
package stipple.data.clipart;
