/** Low-rank adapters: attaching, merging, and their files. */
package stipple.model.lora;
