package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.testing.TinyModel;

class EvalCommandTest {
    @TempDir
    Path dir;

    private Cli composition(Path model, Path output, Object... more) {
        Object[] fixed = {
            "eval",
            "composition",
            "--model",
            model,
            "-o",
            output,
            "--class",
            "counting,colours",
            "--prompts",
            2,
            "--seeds",
            1,
            "--steps",
            2,
            "--judge-scenes",
            3
        };
        return Cli.run(Stream.concat(Stream.of(fixed), Stream.of(more)).toArray());
    }

    private static List<Path> pictures(Path run) throws IOException {
        try (Stream<Path> files = Files.walk(run.resolve("pictures"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void a_run_draws_judges_reports_and_goes_on_where_it_was() throws IOException {
        Path model = TinyModel.write(dir.resolve("tiny"), 1);
        Path run = dir.resolve("run");
        Cli first = composition(model, run).succeeded();
        assertTrue(first.out().contains("counting") && first.out().contains("judge: rendered scenes"), first.out());
        List<Path> pictures = pictures(run);
        assertEquals(4, pictures.size());
        assertTrue(Files.readString(run.resolve("report.html")).contains("data:image/png"));

        byte[] lost = Files.readAllBytes(pictures.getFirst());
        Files.delete(pictures.getFirst());
        FileTime kept = Files.getLastModifiedTime(pictures.getLast());
        composition(model, run).succeeded();
        assertArrayEquals(lost, Files.readAllBytes(pictures.getFirst()), "drawn again as it was");
        assertEquals(kept, Files.getLastModifiedTime(pictures.getLast()), "not drawn again");

        composition(model, run, "--cfg", 5).refused("cfg", "--output");
        composition(TinyModel.write(dir.resolve("other"), 2), run).refused("model_hash");

        Cli compared = Cli.run("eval", "compare", run, run, "--page", dir.resolve("two.html"))
                .succeeded();
        assertTrue(compared.out().contains("0 pictures became right, 0 wrong"), compared.out());
        assertTrue(Files.isRegularFile(dir.resolve("two.html")));
    }

    @Test
    void unknown_classes_and_missing_runs_are_refused_in_one_line() {
        Cli.run("eval", "composition", "-o", dir.resolve("x"), "--class", "feelings")
                .refused("feelings", "counting");
        Cli.run("eval", "compare", dir.resolve("a"), dir.resolve("b")).refused("Cannot read");
    }
}
