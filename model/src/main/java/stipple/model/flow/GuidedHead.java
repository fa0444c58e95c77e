package stipple.model.flow;

import java.util.HashMap;
import java.util.Map;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The head as a velocity field: one noisy token is shared by all guidance branches, the network runs on all of them at
 * once, and float32 velocities are combined (reference §2.8). Time embeddings do not depend on the token, so they are
 * computed once and kept for the next one.
 */
public final class GuidedHead implements AutoCloseable {
    private final FlowHead head;
    private final Map<Double, Tensor> times = new HashMap<>();
    private final Scope owner = Scope.detached();

    /** A field maker over a head. */
    public GuidedHead(FlowHead head) {
        this.head = head;
    }

    /**
     * The field of one token.
     *
     * @param c conditions {@code [branches * n, hidden]} in blocks
     * @param branches guidance branches
     */
    public VelocityField field(Tensor c, int branches, Guidance guidance) {
        Tensor condition = head.embedCondition(c);
        return (x, t) -> {
            try (Scope scope = Scope.open()) {
                Tensor shared = branches == 1 ? x : x.repeat(branches, 1);
                Tensor v = head.velocity(shared.to(c.device()), time(t, c), condition);
                return scope.keep(guidance.combine(v, branches).to(x.device()));
            }
        };
    }

    private Tensor time(double t, Tensor like) {
        Tensor known = times.get(t);
        if (known == null) {
            known = owner.adopt(
                    head.embedTime(Tensors.full(t, stipple.torch.DType.F32, 1).to(like.device())));
            times.put(t, known);
        }
        return known;
    }

    @Override
    public void close() {
        owner.close();
    }
}
