package stipple.eval.verify;

import java.util.List;
import stipple.model.NextStepModel;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Hidden states and text logits of a padded batch (reference §2.1-2.3). */
final class BackboneChecks implements CheckGroup {
    @Override
    public String prefix() {
        return "backbone.";
    }

    @Override
    public void run(Replay replay) {
        Recording recording = replay.recording();
        replay.recompute(List.of("backbone.hidden", "backbone.logits"), Comparison.SINGLE, out -> {
            NextStepModel model = replay.checkpoint().model();
            long[][] mask = recording.mask("backbone.attention_mask");
            Tensor hidden = model.backbone().forward(model.embed(recording.rows("backbone.input_ids"), null), mask);
            out.compare("backbone.hidden", () -> hidden, states -> unpadded(states, mask));
            out.compare("backbone.logits", () -> model.logits(hidden), states -> unpadded(states, mask));
        });
    }

    /** The slots {@code [n, width]} of {@code [rows, tokens, width]} that are not padding; the others carry no meaning. */
    static Tensor unpadded(Tensor states, long[][] mask) {
        Tensor flat = states.reshape(-1, states.size(-1));
        if (mask == null) {
            return flat;
        }
        int tokens = mask[0].length;
        long[] slots = new long[mask.length * tokens];
        int count = 0;
        for (int row = 0; row < mask.length; row++) {
            for (int i = 0; i < tokens; i++) {
                if (mask[row][i] != 0) {
                    slots[count++] = (long) row * tokens + i;
                }
            }
        }
        return flat.indexSelect(
                0, Tensors.of(java.util.Arrays.copyOf(slots, count), count).to(flat.device()));
    }
}
