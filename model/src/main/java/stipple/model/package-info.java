/** NextStep: one model that reads text and image tokens as one sequence. */
package stipple.model;
