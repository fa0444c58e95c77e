/** The image tokenizer: autoencoder, latent normalisation, and latents as rows of tokens. */
package stipple.model.vae;
