/** From a request to pictures: prompts, the token loop, decoding, and the events on the way. */
package stipple.model.generate;
