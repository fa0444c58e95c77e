/** Pictures as the files that clients send and receive. */
package stipple.server.picture;
