/** A small network that tells which of a few kinds a picture is, from statistics of its texture. */
package stipple.model.classify;
