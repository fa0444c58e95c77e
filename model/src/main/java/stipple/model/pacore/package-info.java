/**
 * Parallel coordinated reasoning (PaCoRe, arXiv 2601.05593): rounds of independent answers to one question, each cut down to
 * its conclusion, and a last answer written with those conclusions in view.
 */
package stipple.model.pacore;
