/** Weights rounded to eight or four bits: which ones, how they are written and read, and what it costs. */
package stipple.model.quant;
