package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.eval.bench.BenchJson;
import stipple.eval.bench.BenchReport;
import stipple.testing.TinyModel;

class BenchCommandTest {
    private static final Object[] QUICK = {
        "bench", "--synthetic", "tiny", "--batch", "2", "--seconds", "0.001", "--only", "step,head,token"
    };

    private static Cli quick(Object... more) {
        Object[] all = java.util.Arrays.copyOf(QUICK, QUICK.length + more.length);
        System.arraycopy(more, 0, all, QUICK.length, more.length);
        return Cli.run(all);
    }

    @Test
    void an_earlier_report_stands_beside_the_new_figures(@TempDir Path folder) throws IOException {
        Cli first = quick("--json").succeeded();
        Path file = Files.writeString(folder.resolve("before.json"), first.out());
        BenchReport report = BenchJson.read(file);
        assertEquals("tiny", report.model().name());
        assertEquals(3, report.results().size());

        String table = quick("--compare", file).succeeded().out();

        assertTrue(table.contains("earlier"), table);
        assertEquals(
                3,
                table.lines()
                        .filter(line -> line.matches("(step|head|token) .*(\\d+\\.\\d\\dx | -  |too short).*"))
                        .count(),
                table);
        assertEquals(!table.contains("too short"), table.contains("head over backbone step, 2 rows"), table);
        assertTrue(table.contains("memory   peak"), table);
    }

    @Test
    void a_real_model_is_measured_too(@TempDir Path folder) {
        Path model = TinyModel.write(folder.resolve("model"), 1);

        String out = Cli.run("bench", "-m", model, "--seconds", "0.001", "--only", "picture", "--json")
                .succeeded()
                .out();

        assertTrue(out.contains("\"name\" : \"model\""), out);
        assertTrue(out.contains("\"tokens\" : 16"), out);
    }

    @Test
    void requests_are_drawn_side_by_side_with_and_without_guidance() {
        String out = Cli.run(
                        "bench", "--synthetic", "tiny", "--batch", "1,3", "--seconds", "0.001", "--only", "requests")
                .succeeded()
                .out();

        assertEquals(
                4,
                out.lines()
                        .filter(line -> line.matches("(yes|no) +[13] .*\\d+\\.\\d\\dx .*\\d+\\.\\d\\dx .*"))
                        .count(),
                out);
    }

    @Test
    void wrong_options_are_refused_in_one_line() {
        Cli.run("bench", "--synthetic", "13b").refused("13b", "14b, 7b");
        Cli.run("bench", "--synthetic", "tiny", "-m", "x").refused("--synthetic tiny", "--model x");
        Cli.run("bench", "--synthetic", "tiny", "--quant", "int3").refused("int3", "int8");
        Cli.run("bench", "--synthetic", "tiny", "--only", "speed").refused("speed", "prefill");
        Cli.run("bench", "--peer", "-m", "x").refused("--peer", "--model");
        Cli.run("bench", "--peer", "--synthetic", "tiny").refused("--quant int4");
        quick("--compare", "no-such.json").refused("no-such.json");
    }
}
