/** The routes: pictures as OpenAI's clients ask for them, jobs, models, operations, and their description. */
package stipple.server.api;
