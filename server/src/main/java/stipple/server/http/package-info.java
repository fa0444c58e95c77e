/** What every route has in common: access, limits, errors, bodies, streams of events, the log. */
package stipple.server.http;
