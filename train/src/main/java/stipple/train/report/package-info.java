/** A run as one page to look at: curves, pictures and the recipe, without any request to elsewhere. */
package stipple.train.report;
