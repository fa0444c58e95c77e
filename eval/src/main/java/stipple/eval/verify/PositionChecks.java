package stipple.eval.verify;

import java.util.ArrayList;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.backbone.GenerationPositions;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** The generation position table (reference §2.10): as computed, and as this checkpoint applies it. */
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
        replay.recompute(List.of(KEY), Comparison.SINGLE, out -> {
            Tensor recorded = replay.recording().tensor(KEY);
            long positions = recorded.count() / hidden;
            int side = (int) Math.round(Math.sqrt(positions));
            if ((long) side * side * hidden != recorded.count()) {
                throw new UserException("a table of " + recorded.count() + " values is not a square of positions of "
                        + hidden + " each");
            }
            Tensor computed = GenerationPositions.table(side, hidden).reshape(recorded.shape());
            if (!model.config().useGenPosEmbed()) {
                out.note("the checkpoint does not use it");
                out.compare(KEY, () -> computed);
                return;
            }
            CheckResult formula = Comparison.of(KEY, recorded, computed, Comparison.SINGLE);
            if (!formula.passed()) {
                out.note("the computed table differs by " + formula.maxAbs());
            }
            out.compare(KEY, () -> applied(model, positions, hidden).reshape(recorded.shape()));
        });
    }

    /** What the model adds to a hidden state of zeros at each position. */
    private static Tensor applied(NextStepModel model, long positions, int hidden) {
        Tensor zeros = Tensors.zeros(DType.F32, 1, hidden);
        List<Tensor> rows = new ArrayList<>();
        for (long i = 0; i < positions; i++) {
            rows.add(model.withGenerationPosition(zeros, i));
        }
        return Tensors.cat(rows, 0);
    }
}
