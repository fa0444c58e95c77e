/** Public packages as sources of pictures and words: fetched by their own clients, cached, read without unpacking. */
package stipple.data.packages;
