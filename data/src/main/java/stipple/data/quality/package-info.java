/** Which pictures are fit for training: blank, tiny and repeated ones are found and counted. */
package stipple.data.quality;
