/** What a suite measured: as a file, as a page, and beside another run. */
package stipple.eval.report;
