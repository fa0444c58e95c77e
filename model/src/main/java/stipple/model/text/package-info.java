/** Prompts as token rows: tokenizer, templates, padding. */
package stipple.model.text;
