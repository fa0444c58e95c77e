/** Vector drawings: icon sets, and pictures of them. */
package stipple.data.svg;
