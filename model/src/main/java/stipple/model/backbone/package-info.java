/** The causal transformer and its key/value cache. */
package stipple.model.backbone;
