/** Pixels on disk: reading, resampling to the sizes a model draws, and PNG files that say how they were made. */
package stipple.model.image;
