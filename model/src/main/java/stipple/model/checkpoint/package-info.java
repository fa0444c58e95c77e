/** Weights on disk: safetensors, torch state dicts, sharding, and the names tensors go by. */
package stipple.model.checkpoint;
