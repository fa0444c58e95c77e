/** How far a score can be trusted. */
package stipple.eval.stats;
