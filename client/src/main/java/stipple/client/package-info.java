/** A client of the server's HTTP API that needs the JDK and Jackson, and nothing else of Stipple. */
package stipple.client;
