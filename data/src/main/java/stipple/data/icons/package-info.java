/** Icons with names out of public icon sets, in several styles. */
package stipple.data.icons;
