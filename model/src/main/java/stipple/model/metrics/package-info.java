/** Measures of pictures. */
package stipple.model.metrics;
