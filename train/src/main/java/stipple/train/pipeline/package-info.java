/**
 * From data sets to rows of tokens: mixture, row construction, packing, buckets, background loading. Everything that is
 * random is a function of (seed, position), so any row of the endless stream can be asked for at any time.
 */
package stipple.train.pipeline;
