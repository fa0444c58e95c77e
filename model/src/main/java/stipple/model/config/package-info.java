/** What a checkpoint's {@code config.json} files say: network shapes, token ids and recommended settings. */
package stipple.model.config;
