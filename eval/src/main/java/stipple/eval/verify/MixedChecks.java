package stipple.eval.verify;

import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.vae.Patches;
import stipple.torch.Tensor;

/** Rows of text and image tokens: patches and back, input embeddings, hidden states (reference §2.4). */
final class MixedChecks implements CheckGroup {
    @Override
    public String prefix() {
        return "mixed.";
    }

    @Override
    public void run(Replay replay) {
        Recording recording = replay.recording();
        NextStepModel model = replay.checkpoint().model();
        int patch = model.config().latent().patch();
        replay.recompute(
                "mixed.patches", Comparison.SINGLE, () -> Patches.unfold(recording.tensor("mixed.latents"), patch));
        replay.recompute("mixed.unpatchified", Comparison.SINGLE, () -> {
            long[] shape = recording.tensor("mixed.unpatchified").shape();
            return Patches.fold(recording.tensor("mixed.patches"), shape, patch);
        });
        replay.recompute(List.of("mixed.embeds", "mixed.hidden"), Comparison.SINGLE, out -> {
            Tensor tokens = Patches.unfold(recording.tensor("mixed.latents"), patch);
            Tensor embeds = model.embed(recording.rows("mixed.input_ids"), tokens.reshape(-1, tokens.size(-1)));
            out.compare("mixed.embeds", () -> embeds);
            long[][] mask = recording.mask("mixed.attention_mask");
            out.compare(
                    "mixed.hidden",
                    () -> model.backbone().forward(embeds, mask),
                    states -> BackboneChecks.unpadded(states, mask));
        });
    }
}
