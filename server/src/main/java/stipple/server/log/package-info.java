/** What the server says about itself while it runs. */
package stipple.server.log;
