/** The trainer: one loop, recipes that say everything about a run, and objectives that say what is learnt. */
package stipple.train;
