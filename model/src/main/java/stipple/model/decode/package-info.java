/** Drawing image tokens of many pictures at once: what an engine asks of a machine, and libtorch's answer. */
package stipple.model.decode;
