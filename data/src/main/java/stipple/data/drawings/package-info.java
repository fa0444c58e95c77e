/** Sets of captioned drawings out of packages: what is drawn, checked and written is the same whatever they come from. */
package stipple.data.drawings;
