package stipple.model.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.NextStepModel;
import stipple.model.flow.FlowHead;
import stipple.model.flow.SolverProgram;
import stipple.model.flow.SolverShape;
import stipple.torch.Device;
import stipple.torch.DeviceGraph;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Samples one token for each of some pictures. Pictures whose programs have the same shape go through one {@link HeadLoop}
 * together; on a card each loop is a recorded graph. Programs that decide by values, and those whose
 * points are kept, are stepped by the host.
 */
final class TorchHead implements AutoCloseable {
    /** Programs whose times are kept: enough for a few dozen settings with a program per token. */
    private static final int MOST_PROGRAMS = 1024;

    private final NextStepModel model;
    private final FlowHead head;
    private final SteppedHead stepped;
    private final HeadLoops loops;
    private final Map<SolverProgram, Tensor> times = new HashMap<>();
    private Scope timesOwner = Scope.detached();

    /**
     * A head of a model.
     *
     * @param recorder records loops, or null to queue their operations one by one
     */
    TorchHead(NextStepModel model, DeviceGraph.Recorder recorder) {
        this.model = model;
        this.head = model.head();
        stepped = new SteppedHead(head);
        loops = new HeadLoops(
                key -> new HeadLoop(
                        key,
                        head,
                        model.config().backbone().hidden(),
                        model.config().flowHead().dim(),
                        model.config().latent().tokenWidth(),
                        device()),
                recorder);
    }

    /**
     * A token on the device.
     *
     * @param token float32 {@code [1, token]}, in the current scope
     * @param evaluations of the head it took
     */
    record Drawn(Tensor token, int evaluations) {}

    /**
     * Runs the solvers of all draws to their ends.
     *
     * @param c conditions {@code [rows, hidden]}, the branches of the pictures one after the other
     */
    List<Drawn> sample(List<TokenDraw> draws, Tensor c) {
        Map<Group, List<Integer>> groups = new LinkedHashMap<>();
        int[] rows = new int[draws.size()];
        int row = 0;
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row;
            row += draws.get(i).picture().branches();
            groups.computeIfAbsent(Group.of(draws.get(i)), group -> new ArrayList<>())
                    .add(i);
        }
        Drawn[] out = new Drawn[rows.length];
        groups.forEach((group, members) -> {
            List<TokenDraw> own = members.stream().map(draws::get).toList();
            Tensor conditions = TorchBackend.joined(members.stream()
                    .map(i -> c.narrow(0, rows[i], draws.get(i).picture().branches()))
                    .toList());
            List<Drawn> drawn = group.shape() == null ? step(own, conditions) : loop(group, own, conditions);
            for (int i = 0; i < drawn.size(); i++) {
                out[members.get(i)] = drawn.get(i);
            }
        });
        return List.of(out);
    }

    /** Pictures that can share a loop; without a shape those that the host steps. */
    private record Group(int branches, SolverShape shape) {
        static Group of(TokenDraw draw) {
            return draw.program().tolerance() > 0 || !draw.kept().isEmpty()
                    ? new Group(0, null)
                    : new Group(draw.picture().branches(), SolverShape.of(draw.program()));
        }
    }

    private List<Drawn> step(List<TokenDraw> draws, Tensor conditions) {
        return stepped.sample(draws, conditions).stream()
                .map(run ->
                        new Drawn(Tensors.of(run.point(), 1, run.point().length).to(device()), run.evaluations()))
                .toList();
    }

    private List<Drawn> loop(Group group, List<TokenDraw> draws, Tensor conditions) {
        int places = loops.recording() ? places(draws.size()) : draws.size();
        Tensor tokens = loops.run(new HeadLoop.Key(places, group.branches(), group.shape()), loop -> {
            if (times.size() + draws.size() > MOST_PROGRAMS) {
                times.clear();
                timesOwner.close();
                timesOwner = Scope.detached();
            }
            loop.fill(draws, conditions, program -> times.computeIfAbsent(program, this::embed));
            return draws.size();
        });
        List<Drawn> out = new ArrayList<>();
        for (int i = 0; i < draws.size(); i++) {
            out.add(new Drawn(tokens.narrow(0, i, 1), group.shape().evaluations()));
        }
        return out;
    }

    /** A recording serves up to a power of two of pictures, or each one that comes or goes would cost a recording. */
    private static int places(int pictures) {
        return pictures == 1 ? 1 : Integer.highestOneBit(pictures - 1) << 1;
    }

    /** Embedded times {@code [evaluations, dim]}. */
    private Tensor embed(SolverProgram program) {
        List<Float> at = program.steps().stream()
                .filter(step -> step.evaluate())
                .map(step -> (float) step.time())
                .toList();
        float[] values = new float[at.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = at.get(i);
        }
        try (Scope scope = Scope.open()) {
            return timesOwner.adopt(
                    head.embedTime(Tensors.of(values, values.length).to(device())));
        }
    }

    private Device device() {
        return model.backbone().device();
    }

    @Override
    public void close() {
        loops.close();
        stepped.close();
        timesOwner.close();
    }
}
