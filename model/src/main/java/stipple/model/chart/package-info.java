/** Lines over axes as inline SVG, for pages that need no other file. */
package stipple.model.chart;
