/** A fixed network whose features tell how alike pictures are: for the perceptual loss and for distances between sets. */
package stipple.model.features;
