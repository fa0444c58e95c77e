/** What training after pre-training shares: prompts with their pictures in one parallel pass. */
package stipple.train.post;
