/** Spring AI's image model, drawn by a Stipple server. */
package stipple.springai;
