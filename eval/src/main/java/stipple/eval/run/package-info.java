/** Pictures of a suite, drawn once and kept, so that a run that was stopped goes on. */
package stipple.eval.run;
