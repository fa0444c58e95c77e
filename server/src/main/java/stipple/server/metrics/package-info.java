/** What can be measured from outside. */
package stipple.server.metrics;
