/** What a run of the model starts from: random weights, an earlier stage, or a language model; and which of it is trained. */
package stipple.train.start;
