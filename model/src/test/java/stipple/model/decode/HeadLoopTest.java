package stipple.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static stipple.model.decode.PlannedPictures.assertClose;
import static stipple.model.decode.PlannedPictures.assertEqualBits;
import static stipple.model.decode.PlannedPictures.drawn;
import static stipple.model.decode.PlannedPictures.run;
import static stipple.model.decode.PlannedPictures.sde;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stipple.model.decode.OddNetwork.Shape;
import stipple.model.decode.PlannedPictures.Plan;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Guidance;
import stipple.model.flow.OdeSolver;
import stipple.model.flow.SolverKind;
import stipple.model.flow.SolverProgram;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** The solver loop as operations of the device: against the one on the host, and recorded against not recorded. */
class HeadLoopTest {
    private static final List<Guidance> GUIDANCE = List.of(Guidance.NONE, new Guidance(3, 1), new Guidance(2.5, 1.5));

    static Stream<SolverProgram> programs() {
        return NativeBackendTest.programs().filter(program -> program.tolerance() == 0);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void every_sampler_takes_the_steps_that_it_takes_on_the_host(SolverProgram program) {
        for (Guidance guidance : GUIDANCE) {
            Sampled sampled = sampled(program, guidance);
            for (int i = 0; i < sampled.host.length; i++) {
                assertEquals(sampled.host[i], sampled.device[i], 1e-5, () -> guidance + " " + program);
            }
        }
    }

    @Test
    void one_evaluation_gives_the_same_bits_as_on_the_host() {
        // With more of them, matrices of other heights are multiplied.
        for (Guidance guidance : GUIDANCE) {
            for (SolverProgram program : List.of(sde(1), new OdeSolver(SolverKind.EULER).program(1, 1))) {
                Sampled sampled = sampled(program, guidance);
                assertEqualBits(new float[][] {sampled.host}, new float[][] {sampled.device});
            }
        }
    }

    private record Sampled(float[] host, float[] device) {}

    private static Sampled sampled(SolverProgram program, Guidance guidance) {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 1);
                TorchBackend backend = new TorchBackend(network.model());
                SteppedHead host = new SteppedHead(network.model().head());
                TorchHead device = new TorchHead(network.model(), null);
                Scope scope = Scope.open();
                Rng rng = new Rng(3)) {
            Prompt prompt = backend.read(new stipple.model.text.PromptRow(new int[] {1, 2, 28}), new float[0]);
            List<Prompt> branches = java.util.Collections.nCopies(guidance.branches(), prompt);
            try (DecodeBackend.Picture picture = backend.begin(branches, 1, 0)) {
                List<TokenDraw> draws = List.of(new Plan(program, guidance, 1, 2, false).draw(picture, 0));
                Tensor c = rng.normal(
                        guidance.branches(), network.config().backbone().hidden());
                return new Sampled(
                        host.sample(draws, c).getFirst().point(),
                        device.sample(draws, c).getFirst().token().toFloats());
            } finally {
                prompt.release();
            }
        }
    }

    @Test
    void a_recorded_loop_draws_the_same_pictures_bit_for_bit() {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 4)) {
            for (Plan plan : List.of(
                    new Plan(sde(5), new Guidance(3, 1), 6, 1, true),
                    new Plan(new OdeSolver(SolverKind.HEUN).program(4, 1), Guidance.NONE, 4, 2, false),
                    new Plan(sde(3), new Guidance(2, 2), 5, 3, false))) {
                RecordingGraphs graphs = new RecordingGraphs();
                assertEqualBits(
                        drawn(new TorchBackend(network.model(), null), List.of(plan))
                                .getFirst(),
                        drawn(new TorchBackend(network.model(), graphs), List.of(plan))
                                .getFirst());
                assertEquals(1, graphs.recorded, "one shape is one recording");
                assertEquals(plan.tokens(), graphs.replayed);
                assertEquals(1, graphs.closed);
            }
        }
    }

    @Test
    void pictures_of_one_shape_share_a_loop_whatever_their_numbers_and_one_recording_serves_as_they_come_and_go() {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.BF16, 4)) {
            List<Plan> plans = List.of(
                    new Plan(sde(4), new Guidance(3, 1), 5, 1, true),
                    new Plan(
                            new EstimateSampler(EstimateSampler.Mode.CPS, 0.5).program(4, 2),
                            new Guidance(1.5, 1),
                            5,
                            2,
                            false),
                    new Plan(sde(4), new Guidance(7, 1), 3, 3, true));
            RecordingGraphs graphs = new RecordingGraphs();
            List<float[][]> together = drawn(new TorchBackend(network.model(), graphs), plans);
            // Three pictures in four places, then two in two.
            assertEquals(2, graphs.recorded);
            assertEquals(5, graphs.replayed);
            for (int i = 0; i < plans.size(); i++) {
                assertClose(
                        drawn(new TorchBackend(network.model(), null), List.of(plans.get(i)))
                                .getFirst(),
                        together.get(i),
                        6e-2);
            }
        }
    }

    @Test
    void loops_that_were_not_run_for_longest_give_up_their_memory() {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 5)) {
            long before = Tensor.live();
            RecordingGraphs graphs = new RecordingGraphs();
            try (TorchBackend backend = new TorchBackend(network.model(), graphs)) {
                for (int steps = 1; steps <= HeadLoops.MOST + 1; steps++) {
                    run(backend, List.of(new Plan(sde(steps), Guidance.NONE, 1, steps, false)));
                    assertTrue(graphs.recorded - graphs.closed <= HeadLoops.MOST, "too many graphs are kept");
                }
                // The second is still there, the first is not.
                for (int steps : new int[] {2, 1}) {
                    run(backend, List.of(new Plan(sde(steps), Guidance.NONE, 1, steps, false)));
                }
                assertEquals(HeadLoops.MOST + 2, graphs.recorded);
            }
            assertEquals(graphs.recorded, graphs.closed);
            assertEquals(before, Tensor.live());
        }
    }

    @Test
    void a_refused_recording_is_told_once_and_pictures_are_drawn_all_the_same() {
        List<String> told = new ArrayList<>();
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                told.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(HeadLoops.class.getName());
        logger.addHandler(listener);
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 6)) {
            Plan plan = new Plan(sde(3), new Guidance(3, 1), 4, 1, true);
            RecordingGraphs graphs = new RecordingGraphs();
            graphs.refuses = true;
            assertEqualBits(
                    drawn(new TorchBackend(network.model(), null), List.of(plan))
                            .getFirst(),
                    drawn(new TorchBackend(network.model(), graphs), List.of(plan))
                            .getFirst());
            assertEquals(0, graphs.replayed);
            assertEquals(1, told.size());
            assertTrue(told.getFirst().contains("cannot be recorded as a graph"), told.getFirst());
        } finally {
            logger.removeHandler(listener);
        }
    }
}
