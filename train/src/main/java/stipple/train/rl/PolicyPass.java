package stipple.train.rl;

import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.backbone.RowsPass;
import stipple.model.flow.Guidance;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.post.PictureRows;

/** One parallel pass of a policy over text and image; after it the head can be asked at any point of some tokens. */
final class PolicyPass {
    private final NextStepModel model;
    private final Guidance guidance;
    private final Tensor condition;

    /**
     * Reads the rows.
     *
     * @param unconditional the same pictures behind the row that guidance leads away from, or null without guidance
     * @param asked of which tokens, counted through all pictures
     * @param pass way through the backbone of the conditional rows
     */
    PolicyPass(
            NextStepModel model, PictureRows rows, PictureRows unconditional, double cfg, long[] asked, RowsPass pass) {
        this.model = model;
        this.guidance = new Guidance(cfg, 1);
        Tensor own = rows.conditions(model, asked, pass);
        Tensor all = unconditional == null
                ? own
                : Tensors.cat(List.of(own, unconditional.conditions(model, asked, PictureRows.plain(model))), 0);
        this.condition = model.head().embedCondition(all);
    }

    /**
     * The log-probability of a flow step of every token.
     *
     * @return {@code [n]}
     */
    Tensor logProb(FlowStep step, StepPoints points) {
        return step.logProb(points, velocity(step.time(), points.before()));
    }

    /**
     * The guided velocity of every token.
     *
     * @param points float32 {@code [n, token]}
     * @return float32 of the same shape
     */
    Tensor velocity(double time, Tensor points) {
        int branches = guidance.branches();
        Tensor x = (branches == 1 ? points : points.repeat(branches, 1)).to(condition.device());
        Tensor t = model.head().embedTime(Tensors.full(time, DType.F32, 1).to(condition.device()));
        return guidance.combine(model.head().velocity(x, t, condition), branches);
    }
}
