/**
 * Thinking before drawing (Self-CoT): the language head writes a plan, or spells the prompt out, between the prompt and the
 * picture, and the picture is drawn with that in view.
 */
package stipple.model.think;
