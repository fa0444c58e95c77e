/** What a model's autoencoder keeps of pictures, and how its tokens are spread when drawn. */
package stipple.eval.autoencoder;
