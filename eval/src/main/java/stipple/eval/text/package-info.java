/** Sentences as vectors. */
package stipple.eval.text;
