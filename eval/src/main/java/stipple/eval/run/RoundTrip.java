package stipple.eval.run;

import stipple.data.pixels.Pixels;
import stipple.model.generate.PixelTensors;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** What a model's autoencoder leaves of a picture: the best that the model could draw. */
public final class RoundTrip {
    private RoundTrip() {}

    /** The picture encoded and decoded again. */
    public static Pixels through(NextStepCheckpoint checkpoint, Pixels picture) {
        try (Scope scope = Scope.open()) {
            Tensor pixels = PixelTensors.of(Pictures.of(picture));
            Tensor latents = Autograd.off(() -> checkpoint.autoencoder().latents(pixels));
            Tensor back = checkpoint.pixelDecoder().pixels(latents);
            return Pictures.of(PixelTensors.image(back));
        }
    }
}
