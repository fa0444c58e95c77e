/** Measures what thinking before drawing gains, and what it costs. */
package stipple.eval.thinking;
