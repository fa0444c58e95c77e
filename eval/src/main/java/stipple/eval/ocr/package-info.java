/** Reads the text of pictures, to tell whether words were drawn right. */
package stipple.eval.ocr;
