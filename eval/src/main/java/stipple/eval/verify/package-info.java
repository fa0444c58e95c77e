/** Replays a recorded run of the reference implementation on a checkpoint and measures how far the results are apart. */
package stipple.eval.verify;
