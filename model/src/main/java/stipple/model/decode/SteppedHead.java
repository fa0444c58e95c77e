package stipple.model.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stipple.model.flow.FlowHead;
import stipple.model.flow.SolverRun;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Samples one token for each of some pictures with the solver's numbers on the host: for programs whose steps depend on what
 * the head says. Pictures that are at the same time share an evaluation of it. Each one waits for the device twice.
 */
final class SteppedHead implements AutoCloseable {
    /** Enough for the grids of a few dozen different settings; beyond that the table starts again. */
    private static final int MAX_TIMES = 4096;

    private final FlowHead head;
    private final Map<Double, Tensor> times = new HashMap<>();
    private Scope owner = Scope.detached();

    SteppedHead(FlowHead head) {
        this.head = head;
    }

    /**
     * Runs the solvers of all draws to their ends.
     *
     * @param c conditions {@code [rows, hidden]}, the branches of the pictures one after the other
     */
    List<SolverRun> sample(List<TokenDraw> draws, Tensor c) {
        Tensor condition = head.embedCondition(c);
        List<Sampling> all = new ArrayList<>();
        int row = 0;
        for (TokenDraw draw : draws) {
            all.add(new Sampling(draw, new SolverRun(draw.program(), draw.noise()), row));
            row += draw.picture().branches();
        }
        List<Sampling> active = new ArrayList<>(all);
        active.removeIf(sampling -> !sampling.run.advance());
        while (!active.isEmpty()) {
            double time = active.getFirst().run.time();
            List<Sampling> now = active.stream()
                    .filter(sampling -> sampling.run.time() == time)
                    .toList();
            evaluate(now, time, condition);
            active.removeIf(sampling -> now.contains(sampling) && !sampling.run.advance());
        }
        return all.stream().map(Sampling::run).toList();
    }

    private void evaluate(List<Sampling> now, double time, Tensor condition) {
        try (Scope scope = Scope.open()) {
            List<Tensor> points = new ArrayList<>();
            List<Tensor> conditions = new ArrayList<>();
            for (Sampling sampling : now) {
                float[] point = sampling.run.point();
                int branches = sampling.draw.picture().branches();
                points.add(Tensors.of(point, 1, point.length).expand(branches, point.length));
                conditions.add(condition.narrow(0, sampling.row, branches));
            }
            boolean everyone = condition.size(0) == rows(now);
            Tensor x = TorchBackend.joined(points).to(condition.device());
            float[] v = head.velocity(x, time(time, condition), everyone ? condition : TorchBackend.joined(conditions))
                    .toFloats();
            int at = 0;
            for (Sampling sampling : now) {
                int branches = sampling.draw.picture().branches();
                int width = sampling.run.point().length;
                float[] own = Arrays.copyOfRange(v, at, at + branches * width);
                at += own.length;
                sampling.velocity(sampling.draw.guidance().combine(own, branches));
            }
        }
    }

    private static long rows(List<Sampling> samplings) {
        return samplings.stream()
                .mapToLong(sampling -> sampling.draw.picture().branches())
                .sum();
    }

    private Tensor time(double t, Tensor like) {
        Tensor known = times.get(t);
        if (known == null) {
            if (times.size() == MAX_TIMES) {
                times.clear();
                owner.close();
                owner = Scope.detached();
            }
            known = owner.adopt(head.embedTime(Tensors.full(t, DType.F32, 1).to(like.device())));
            times.put(t, known);
        }
        return known;
    }

    @Override
    public void close() {
        owner.close();
    }

    private record Sampling(TokenDraw draw, SolverRun run, int row) {
        /** Goes on with a velocity, and keeps the step if that is wanted. */
        void velocity(float[] guided) {
            int step = run.step();
            float[] before = run.point();
            run.velocity(guided);
            if (draw.kept().contains(step)) {
                draw.passed(step, new FlowPoint(before, run.point(), guided));
            }
        }
    }
}
