/**
 * Models from a hub that speaks Hugging Face's HTTP API: listing a repository at a commit, downloads that resume and are
 * verified, and the folder of what was pulled.
 */
package stipple.model.hub;
