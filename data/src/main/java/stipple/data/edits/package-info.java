/** Edits made of sets that are there: a source picture, an instruction, and the picture that it asks for. */
package stipple.data.edits;
