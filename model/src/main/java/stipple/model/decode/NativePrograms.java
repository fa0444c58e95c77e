package stipple.model.decode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import stipple.model.flow.FlowHead;
import stipple.model.flow.SolverProgram;
import stipple.model.flow.SolverStep;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.DecodeKernels;
import stipple.torch.kernels.Words;

/**
 * Solver programs laid out for native code, each with the time embeddings of its steps: they depend on the settings alone
 * and serve every token.
 */
final class NativePrograms implements AutoCloseable {
    /** Enough for a few pictures with an own program per token; beyond that the table starts again. */
    private static final int MOST = 2048;

    /** Steps of all programs together, so that a few very long ones do not take the memory: 400 MB for 14 billion parameters. */
    private static final int MOST_STEPS = 1 << 16;

    private final FlowHead head;
    private final Map<SolverProgram, Program> known = new HashMap<>();
    private Scope owner = Scope.detached();
    private Arena arena = Arena.ofShared();
    private int steps;

    NativePrograms(FlowHead head) {
        this.head = head;
    }

    /**
     * A program in native memory.
     *
     * @param updates {@code stp_update [steps]}
     * @param times {@code [steps][dim]}
     */
    record Program(MemorySegment updates, MemorySegment times) {}

    /** Makes room before a call that needs so many programs at once, which are then valid until the next call of this. */
    void prepare(int wanted) {
        if (known.size() + wanted > MOST || steps > MOST_STEPS) {
            close();
            known.clear();
            steps = 0;
            owner = Scope.detached();
            arena = Arena.ofShared();
        }
    }

    Program of(SolverProgram program) {
        return known.computeIfAbsent(program, this::lay);
    }

    private Program lay(SolverProgram program) {
        int n = program.steps().size();
        steps += n;
        float[] times = new float[n];
        MemorySegment updates = arena.allocate((long) n * DecodeKernels.UPDATE * Words.BYTES, Words.BYTES);
        Words words = new Words(updates);
        for (int i = 0; i < n; i++) {
            SolverStep step = program.steps().get(i);
            times[i] = (float) step.time();
            words.put(step.point())
                    .put(step.base())
                    .put(step.velocity())
                    .put(step.previous())
                    .put(step.noise())
                    .put(flags(step));
        }
        NativeTable.require(words, n * DecodeKernels.UPDATE);
        try (Scope scope = Scope.open()) {
            Tensor embedded = Autograd.off(() -> head.embedTime(Tensors.of(times, n)));
            return new Program(
                    updates, owner.adopt(embedded.to(DType.F32).contiguous()).bytes());
        }
    }

    private static long flags(SolverStep step) {
        return (step.evaluate() ? DecodeKernels.EVALUATE : 0)
                | (step.draws() ? DecodeKernels.DRAW : 0)
                | (step.commit() ? DecodeKernels.COMMIT : 0);
    }

    @Override
    public void close() {
        owner.close();
        arena.close();
    }
}
