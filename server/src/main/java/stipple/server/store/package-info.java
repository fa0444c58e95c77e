/** Jobs, pictures and their files: an embedded database and a folder, or PostgreSQL for several replicas. */
package stipple.server.store;
