/** What it costs in pictures to ask the flow head less often. */
package stipple.eval.shortcuts;
