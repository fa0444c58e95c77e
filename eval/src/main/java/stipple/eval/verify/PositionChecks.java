package stipple.eval.verify;

import java.util.ArrayList;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.backbone.GenerationPositions;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** The generation position table (reference §2.10): as the checkpoint applies it. */
final class PositionChecks implements CheckGroup {
    private static final String KEY = "gen_pos_embed";

    @Override
    public String prefix() {
        return KEY;
    }

    @Override
    public void run(Replay replay) {
        NextStepModel model = replay.checkpoint().model();
        int hidden = model.config().backbone().hidden();
        int own = model.config().useGenPosEmbed() ? model.config().baseImageGridSize() : 0;
        replay.recompute(List.of(KEY), Comparison.SINGLE, out -> {
            Tensor recorded = replay.recording().tensor(KEY);
            int side = (int) Math.round(Math.sqrt((double) recorded.count() / hidden));
            if (side == 0 || (long) side * side * hidden != recorded.count()) {
                throw new UserException("a table of " + recorded.count() + " values is not a square of positions of "
                        + hidden + " each");
            }
            // A checkpoint's own table can only be compared if it has the recorded side; the code generations differ.
            if (own != side) {
                out.note("as computed: this checkpoint " + (own == 0 ? "uses no table" : "has a table of side " + own));
            }
            out.compare(
                    KEY,
                    () -> (own == side ? applied(model, side, hidden) : GenerationPositions.table(side, hidden))
                            .reshape(recorded.shape()));
        });
    }

    /** What the model adds to a hidden state of zeros at each position. */
    private static Tensor applied(NextStepModel model, int side, int hidden) {
        Tensor zeros = Tensors.zeros(DType.F32, 1, hidden).to(model.backbone().device());
        List<Tensor> rows = new ArrayList<>();
        for (long i = 0; i < (long) side * side; i++) {
            rows.add(model.withGenerationPosition(zeros, i));
        }
        return Tensors.cat(rows, 0);
    }
}
