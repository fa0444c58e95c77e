/**
 * Outlines of glyphs from font files, in Java alone: no native rasteriser and no fonts of the system take part, so the same
 * file gives the same curves everywhere.
 */
package stipple.data.fonts;
