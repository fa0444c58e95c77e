/** Checks and measurements of models. */
package stipple.eval;
