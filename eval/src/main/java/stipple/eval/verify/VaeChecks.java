package stipple.eval.verify;

import java.util.List;
import stipple.model.vae.Autoencoder;
import stipple.torch.Tensor;

/** The image tokenizer both ways (reference §1.6). */
final class VaeChecks implements CheckGroup {
    @Override
    public String prefix() {
        return "vae.";
    }

    @Override
    public void run(Replay replay) {
        Recording recording = replay.recording();
        Autoencoder autoencoder = replay.checkpoint().autoencoder();
        replay.recompute(List.of("vae.mean", "vae.std"), Comparison.SINGLE, out -> {
            Autoencoder.Posterior posterior = autoencoder.encode(recording.tensor("vae.pixels"));
            out.compare("vae.mean", posterior::mean);
            out.compare("vae.std", posterior::std);
        });
        replay.recompute("vae.decoded", Comparison.SINGLE, () -> {
            Tensor z = recording.tensor("vae.z");
            Tensor drawn = replay.checkpoint().pixelDecoder().decode(z);
            return Comparison.farther(recording.tensor("vae.decoded"), autoencoder.decode(z), drawn);
        });
    }
}
