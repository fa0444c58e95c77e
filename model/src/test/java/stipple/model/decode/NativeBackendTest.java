package stipple.model.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static stipple.model.decode.PlannedPictures.CONDITION;
import static stipple.model.decode.PlannedPictures.assertClose;
import static stipple.model.decode.PlannedPictures.assertEqualBits;
import static stipple.model.decode.PlannedPictures.distance;
import static stipple.model.decode.PlannedPictures.drawn;
import static stipple.model.decode.PlannedPictures.run;
import static stipple.model.decode.PlannedPictures.sde;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.model.decode.OddNetwork.Shape;
import stipple.model.decode.PlannedPictures.Plan;
import stipple.model.flow.DriftSampler;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Guidance;
import stipple.model.flow.OdeSolver;
import stipple.model.flow.SolverKind;
import stipple.model.flow.SolverProgram;
import stipple.model.lora.Lora;
import stipple.model.lora.LoraConfig;
import stipple.model.nn.LowRank;
import stipple.model.nn.Weights;
import stipple.model.quant.Quantisation;
import stipple.model.text.PromptRow;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Torch;

/** The native token loop against the one on libtorch, and against itself in other company. */
class NativeBackendTest implements NeedsKernels {
    static Stream<SolverProgram> programs() {
        return Stream.of(
                DriftSampler.S1.program(5, 1),
                DriftSampler.S2.program(4, 2.5),
                new EstimateSampler(EstimateSampler.Mode.SDE, 0.8).program(5, 1),
                new EstimateSampler(EstimateSampler.Mode.CPS, 0.6).program(4, 1.5),
                new EstimateSampler(EstimateSampler.Mode.ODE, 0).program(6, 1),
                new OdeSolver(SolverKind.MIDPOINT).program(5, 1),
                new OdeSolver(SolverKind.HEUN).program(6, 1),
                new OdeSolver(SolverKind.AB2).program(5, 2),
                new OdeSolver(SolverKind.EULER).program(7, 1).reusing(3),
                new OdeSolver(SolverKind.EULER).program(9, 1).within(0.2));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void every_sampler_draws_what_libtorch_draws(SolverProgram program) {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 1)) {
            for (Guidance guidance : List.of(Guidance.NONE, new Guidance(3, 1), new Guidance(2.5, 1.5))) {
                Plan plan = new Plan(program, guidance, 4, 11, false);
                float[][] expected =
                        drawn(new TorchBackend(network.model()), List.of(plan)).getFirst();
                float[][] actual =
                        drawn(new NativeBackend(network.model()), List.of(plan)).getFirst();
                assertClose(expected, actual, 2e-5);
            }
        }
    }

    @Test
    void what_is_read_back_behind_noise_is_the_same_on_libtorch_and_changes_all_tokens_but_the_first() {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 1)) {
            Guidance guidance = new Guidance(3, 1);
            Plan noisy = new Plan(sde(4), guidance, 4, 11, false, 0.4);
            float[][] expected =
                    drawn(new TorchBackend(network.model()), List.of(noisy)).getFirst();
            float[][] actual =
                    drawn(new NativeBackend(network.model()), List.of(noisy)).getFirst();
            assertClose(expected, actual, 2e-5);
            float[][] plain = drawn(
                            new NativeBackend(network.model()), List.of(new Plan(sde(4), guidance, 4, 11, false)))
                    .getFirst();
            assertArrayEquals(plain[0], actual[0]);
            for (int token = 1; token < 4; token++) {
                assertFalse(Arrays.equals(plain[token], actual[token]), "token " + token);
            }
        }
    }

    @Test
    void steps_that_are_kept_follow_each_other_and_agree_with_libtorch() {
        SolverProgram program = sde(4);
        Set<Integer> kept = Set.of(1, 2, 3);
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 14);
                NativeBackend own = new NativeBackend(network.model());
                TorchBackend torch = new TorchBackend(network.model())) {
            Plan plan = new Plan(program, Guidance.NONE, 2, 6, false);
            TokenDraw actual = traced(own, plan, kept);
            TokenDraw expected = traced(torch, plan, kept);
            for (int step : kept) {
                FlowPoint point = actual.point(step);
                FlowPoint other = expected.point(step);
                assertClose(
                        new float[][] {other.before(), other.after(), other.velocity()},
                        new float[][] {point.before(), point.after(), point.velocity()},
                        2e-5);
            }
            assertArrayEquals(actual.point(1).after(), actual.point(2).before());
            assertArrayEquals(actual.token(), actual.point(3).after());
            assertNull(actual.point(0), "it was not asked for");
        }
    }

    private static TokenDraw traced(DecodeBackend backend, Plan plan, Set<Integer> kept) {
        Prompt prompt = backend.read(new PromptRow(CONDITION), new float[0]);
        try (DecodeBackend.Picture traced = backend.begin(List.of(prompt), 2, 0);
                DecodeBackend.Picture plain = backend.begin(List.of(prompt), 2, 0)) {
            TokenDraw draw = new TokenDraw(
                    traced,
                    plan.program(),
                    plan.guidance(),
                    false,
                    plan.draw(plain, 0).noise(),
                    0,
                    kept);
            // Between others that keep nothing, so that nobody writes where another should.
            backend.advance(List.of(plan.draw(plain, 0), draw));
            return draw;
        } finally {
            prompt.release();
        }
    }

    static Stream<Shape> shapes() {
        return Stream.of(
                new Shape(1, 1, 2, true, false, 1),
                new Shape(4, 4, 16, false, false, 2),
                new Shape(7, 1, 18, true, true, 0.5),
                new Shape(10, 2, 8, false, true, 1.5),
                new Shape(9, 3, 64, true, false, 1));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void odd_shapes_with_and_without_bias_and_positions_agree_with_libtorch(Shape shape) {
        try (OddNetwork network = OddNetwork.of(shape, DType.F32, 2)) {
            Plan plan = new Plan(sde(3), new Guidance(2, 1), 6, 5, true);
            float[][] expected =
                    drawn(new TorchBackend(network.model()), List.of(plan)).getFirst();
            float[][] actual =
                    drawn(new NativeBackend(network.model()), List.of(plan)).getFirst();
            assertClose(expected, actual, 2e-5);
        }
    }

    @Test
    void bfloat16_weights_agree_with_libtorch_within_their_rounding() {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.BF16, 3)) {
            Plan plan = new Plan(sde(4), new Guidance(2, 1), 3, 5, false);
            float[][] expected =
                    drawn(new TorchBackend(network.model()), List.of(plan)).getFirst();
            float[][] actual =
                    drawn(new NativeBackend(network.model()), List.of(plan)).getFirst();
            assertClose(expected, actual, 6e-2);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void a_picture_is_the_same_alone_and_in_any_company(DType compute) {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, compute, 4)) {
            List<Plan> plans = List.of(
                    new Plan(sde(5), new Guidance(3, 1), 9, 1, true),
                    new Plan(new OdeSolver(SolverKind.HEUN).program(4, 1), Guidance.NONE, 4, 2, false),
                    new Plan(DriftSampler.S1.program(3, 1), new Guidance(2, 2), 7, 3, false),
                    new Plan(
                            new OdeSolver(SolverKind.EULER).program(9, 1).within(0.2), new Guidance(2, 1), 5, 4, true));
            List<float[][]> together = drawn(new NativeBackend(network.model()), plans);
            for (int i = 0; i < plans.size(); i++) {
                float[][] alone = drawn(new NativeBackend(network.model()), List.of(plans.get(i)))
                        .getFirst();
                assertEqualBits(alone, together.get(i));
            }
        }
    }

    @Test
    void libtorch_draws_a_picture_in_company_as_alone_within_the_rounding_of_bfloat16() {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.BF16, 4)) {
            // Pictures of one length, or they would not be in one call to the end.
            List<Plan> plans = List.of(
                    new Plan(sde(4), new Guidance(2, 1), 3, 1, false),
                    new Plan(sde(4), Guidance.NONE, 3, 2, false),
                    new Plan(sde(3), new Guidance(2, 2), 3, 3, false));
            List<float[][]> together = drawn(new TorchBackend(network.model()), plans);
            for (int i = 0; i < plans.size(); i++) {
                float[][] alone = drawn(new TorchBackend(network.model()), List.of(plans.get(i)))
                        .getFirst();
                assertClose(alone, together.get(i), 6e-2);
            }
            assertTrue(distance(together.get(0), together.get(1)) > 0.3, "different pictures must not look the same");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "int4"})
    void rounded_weights_give_what_libtorch_gives_with_them_in_any_company(String format) {
        try (OddNetwork plain = OddNetwork.of(Shape.PLAIN, DType.F32, 13);
                OddNetwork network = plain.quantised(Quantisation.of(format))) {
            List<Plan> plans = List.of(
                    new Plan(sde(4), new Guidance(3, 1), 3, 1, false),
                    new Plan(sde(3), new Guidance(2, 2), 2, 2, true),
                    new Plan(sde(3), Guidance.NONE, 3, 3, false));
            List<float[][]> together = drawn(new NativeBackend(network.model()), plans);
            for (int i = 0; i < plans.size(); i++) {
                float[][] alone = drawn(new NativeBackend(network.model()), List.of(plans.get(i)))
                        .getFirst();
                assertEqualBits(alone, together.get(i));
                // Activations are rounded to 1/127: a last bit before that may become a step after it.
                assertClose(
                        drawn(new TorchBackend(network.model()), List.of(plans.get(i)))
                                .getFirst(),
                        alone,
                        0.05);
            }
        }
    }

    @Test
    void the_number_of_threads_changes_no_bit() {
        int before = Torch.threads();
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 5)) {
            List<Plan> plans = List.of(
                    new Plan(sde(4), new Guidance(3, 1), 5, 1, true),
                    new Plan(sde(3), new Guidance(3, 2), 3, 2, false));
            Torch.threads(1);
            List<float[][]> one = drawn(new NativeBackend(network.model()), plans);
            for (int threads : new int[] {2, 3}) {
                Torch.threads(threads);
                List<float[][]> many = drawn(new NativeBackend(network.model()), plans);
                for (int i = 0; i < plans.size(); i++) {
                    assertEqualBits(one.get(i), many.get(i));
                }
            }
        } finally {
            Torch.threads(before);
        }
    }

    @Test
    void adapters_change_the_picture_as_they_do_with_libtorch() {
        LoraConfig lora = new LoraConfig(3, 6, OddNetwork.layersToAdapt());
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 6);
                Weights adapters = Lora.fresh(network.weights(), lora, 7)) {
            disturb(adapters);
            OddNetwork adapted = network.adapted(adapters);
            Plan plan = new Plan(sde(4), new Guidance(3, 1), 4, 1, false);
            float[][] plain =
                    drawn(new NativeBackend(network.model()), List.of(plan)).getFirst();
            float[][] expected =
                    drawn(new TorchBackend(adapted.model()), List.of(plan)).getFirst();
            float[][] actual =
                    drawn(new NativeBackend(adapted.model()), List.of(plan)).getFirst();
            assertClose(expected, actual, 2e-5);
            assertTrue(distance(plain, actual) > 1e-3, "the adapters did nothing");
        }
    }

    @Test
    void pictures_that_come_and_go_leave_memory_as_it_was() {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 10)) {
            long before = Tensor.live();
            try (NativeBackend backend = new NativeBackend(network.model())) {
                Plan plan = new Plan(sde(3), new Guidance(3, 1), 6, 1, true);
                run(backend, List.of(plan, plan));
                long warm = Tensor.live();
                for (int i = 0; i < 20; i++) {
                    run(backend, List.of(plan, plan));
                }
                assertEquals(warm, Tensor.live());
            }
            assertEquals(before, Tensor.live());
        }
    }

    private static void disturb(Weights adapters) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(12)) {
            adapters.all().forEach((name, tensor) -> {
                if (name.endsWith(LowRank.UP)) {
                    tensor.copyInPlace(rng.normal(tensor.shape()).mul(0.2));
                }
            });
        }
    }
}
