package stipple.eval.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.image.ImageSize;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.torch.kernels.KernelLibrary;

class BenchTest {
    private static final NamedShape SHAPE = NamedShape.of("tiny");
    private static final Machine MACHINE =
            new Machine("a machine", 2, "AVX2", 1_000, 1e9, Map.of("float32", 1e10, "int8", 4e10));

    private static BenchReport measure(LoadOptions options, BenchPlan plan) {
        return new Bench(plan, "1.2.3", text -> {})
                .run(
                        "tiny",
                        options,
                        () -> NextStepCheckpoint.synthetic("tiny", SHAPE.config(), SHAPE.vae(), options, 1));
    }

    private static BenchPlan quick(Set<Part> parts, Integer... batches) {
        return new BenchPlan(parts, List.of(batches), 4, 2, new ImageSize(64, 64), 0.001);
    }

    @Test
    void every_part_is_measured_for_every_batch_and_nothing_stays_in_memory() {
        long live = Tensor.live();

        BenchReport report = measure(LoadOptions.of(DType.F32), quick(Part.of(List.of()), 1, 2));

        assertEquals(live, Tensor.live());
        assertEquals(
                List.of("prefill x1", "step x1", "head x1", "token x1", "step x2", "head x2", "token x2", "vae x1"),
                report.results().stream().map(Result::key).toList());
        for (Result result : report.results()) {
            assertTrue(result.timing().runs() >= 3, result.key());
            assertTrue(result.cost().bytes() > 0 && result.cost().flops() > 0, result.key());
            assertEquals(report.machine().floor(result.cost(), result.type()), result.floor(), 1e-15);
        }
        assertEquals(16, report.pictures().getFirst().tokens());
        assertTrue(report.machine().readBandwidth() > 0);
        assertTrue(report.machine().peaks().keySet().containsAll(Set.of("float32", "bfloat16")));
    }

    @ParameterizedTest
    @CsvSource({"int8", "int4"})
    void random_weights_come_packed_and_are_multiplied(String format) {
        if (!KernelLibrary.available()) {
            return;
        }
        LoadOptions options = LoadOptions.of(DType.BF16).withQuantisation(Quantisation.of(format));

        BenchReport report = measure(options, quick(Set.of(Part.TOKEN), 2));

        assertEquals(format, report.model().format());
        assertEquals("int8", report.results().getFirst().type());
        double plain =
                measure(LoadOptions.of(DType.BF16), quick(Set.of(), 2)).model().weightBytes();
        assertTrue(report.model().weightBytes() < plain, "packed weights are smaller");
    }

    @Test
    void a_report_survives_the_way_through_json(@TempDir Path folder) throws IOException {
        Result result = Result.of(
                        Part.STEP, "native", 2, Timing.of(0.004, 0.005, 0.006), new Cost(2e6, 4e6), "float32", MACHINE)
                .split(Map.of("products", 0.003));
        BenchReport report = new BenchReport(
                BenchReport.SCHEMA,
                "1.2.3",
                "2026-01-01T00:00:00Z",
                MACHINE,
                new BenchReport.ModelFacts("tiny", "f32", 10, 40, 0.1),
                List.of(result),
                List.of(new PictureResult("native", 1, 64, 64, 16, 2, 0.1, 0.4)),
                List.of(new RequestResult(8, true, 64, 64, 16, 2, Timing.of(0.8), Timing.of(1), 0.4, 0.5)),
                new MemoryResult(10, 20, 5, 5, 42, 0));
        Path file = Files.writeString(folder.resolve("report.json"), BenchJson.write(report));

        BenchReport read = BenchJson.read(file);

        assertEquals(report, read);
        assertTrue(Files.readString(file).contains("\"read_bandwidth\""), "names are in snake case");
    }

    @Test
    void shares_and_splits_add_up() {
        Result result = Result.of(Part.STEP, "native", 2, Timing.of(0.005), new Cost(2e6, 4e6), "float32", MACHINE)
                .split(Map.of("products", 0.003));

        assertEquals(0.002, result.floor(), 1e-12);
        assertEquals(Machine.Bound.MEMORY, result.bound());
        assertEquals(0.4, result.share(), 1e-9);
        assertEquals(4e8, result.bytesPerSecond(), 1);
        assertEquals(8e8, result.flopsPerSecond(), 1);
        assertEquals(0.002, result.split().get("rest"), 1e-12);
        assertEquals(
                0.002,
                result.split(Map.of("products", 0.9)).split().get("rest"),
                1e-12,
                "pieces longer than the whole are left out");
        assertEquals(1.05, new MemoryResult(10, 20, 5, 5, 42, 0).ratio(), 1e-12);
    }

    @Test
    void what_is_possible_side_by_side_is_held_against_one_request() {
        RequestResult one = new RequestResult(1, true, 64, 64, 16, 2, Timing.of(0.2), Timing.of(0.25), 0.05, 0.0625);
        RequestResult eight = new RequestResult(8, true, 64, 64, 16, 2, Timing.of(0.8), Timing.of(1), 0.4, 0.5);

        assertEquals(2, eight.tokensPerSecond() / one.tokensPerSecond(), 1e-12);
        assertEquals(4, eight.mostTokens(one), 1e-12);
        assertEquals(4, eight.mostPictures(one), 1e-12);
        assertEquals(1e-4, MACHINE.least(new Cost(999, 1e6), "float32"), 1e-12);
        assertEquals(1e-10, MACHINE.least(new Cost(999, 1), "float32"), 1e-18, "a cache may hold it");
    }

    @Test
    void the_limit_is_named_after_what_sets_the_floor() {
        assertEquals(Machine.Bound.COMPUTE, MACHINE.bound(new Cost(1, 1e6), "float32"));
        assertEquals(Machine.Bound.CACHE, MACHINE.bound(new Cost(999, 1), "float32"));
        assertEquals(Machine.Bound.MEMORY, MACHINE.bound(new Cost(1_001, 1), "float32"));
        assertEquals(Machine.Bound.CACHE, MACHINE.bound(new Cost(100, 1).repeated(1_000), "float32"));
        assertEquals(1e-4, MACHINE.floor(new Cost(1e5, 1e5), "a type without a known peak"), 1e-12);
    }

    @Test
    void what_is_no_report_is_refused_with_its_name(@TempDir Path folder) throws IOException {
        Path other = Files.writeString(folder.resolve("other.json"), "{\"schema\": 99}");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"schema\": ");

        assertTrue(assertThrows(UserException.class, () -> BenchJson.read(other))
                .getMessage()
                .contains("other.json"));
        assertTrue(assertThrows(UserException.class, () -> BenchJson.read(broken))
                .getMessage()
                .contains("broken.json"));
        assertTrue(assertThrows(UserException.class, () -> BenchJson.read(folder.resolve("none.json")))
                .getMessage()
                .contains("none.json"));
    }

    @Test
    void unknown_names_and_impossible_numbers_are_refused_with_what_works() {
        assertTrue(assertThrows(UserException.class, () -> NamedShape.of("13b"))
                .getMessage()
                .contains("14b, 7b, 1b"));
        assertTrue(assertThrows(UserException.class, () -> Part.of(List.of("speed")))
                .getMessage()
                .contains("prefill, step, head"));
        assertThrows(UserException.class, () -> quick(Set.of(), 0));
        assertThrows(UserException.class, () -> new BenchPlan(Set.of(), List.of(1), 4, 2, null, 0));
    }
}
