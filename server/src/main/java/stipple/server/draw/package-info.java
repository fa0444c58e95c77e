/** The model that is served, and who draws with it. */
package stipple.server.draw;
