/** A dual encoder: pictures and captions as vectors of one space, in which those that belong together are near. */
package stipple.model.agreement;
