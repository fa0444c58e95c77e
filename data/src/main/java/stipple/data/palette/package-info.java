/** Colours that captions name. */
package stipple.data.palette;
