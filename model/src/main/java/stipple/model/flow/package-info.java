/** Flow matching: path, time grid, head, guidance and samplers, each on its own. */
package stipple.model.flow;
