/** The figures that a model's card quotes, of several suites, with the command of each. */
package stipple.eval.card;
