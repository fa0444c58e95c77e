/**
 * The tensor engine. Everything here is ours to shape; libtorch stays behind it, reached through the JavaCPP presets,
 * and no other module sees it.
 */
package stipple.torch;
