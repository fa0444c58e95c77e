/** Pictures over HTTP: the server's options, its assembly and its life from start to drained. */
package stipple.server;
