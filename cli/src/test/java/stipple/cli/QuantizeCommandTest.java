package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.files.JsonObjectFile;
import stipple.model.image.ImageDecoder;
import stipple.testing.TinyModel;
import stipple.torch.kernels.KernelLibrary;

class QuantizeCommandTest {
    @TempDir
    private Path temp;

    private Path model;

    @BeforeEach
    void model() {
        Assumptions.assumeTrue(KernelLibrary.available(), KernelLibrary.missing());
        model = TinyModel.write(temp.resolve("home/models/stipple-128"), 1);
    }

    @Test
    void a_quantised_copy_draws_and_is_inspected_and_converted() {
        Path copy = temp.resolve("home/models/small");
        String table =
                run("quantize", "stipple-128", "--to", "int8", "-o", copy).out();
        assertTrue(table.contains("layers.0.mlp.up_proj.weight"), table);
        assertTrue(table.contains("matrices in int8, error 0."), table);
        run("generate", "a pear", "-m", "small", "-o", temp.resolve("x.png"));
        JsonObjectFile found = json(run("inspect", copy, "--json"));
        assertTrue(found.text("quantised", "").startsWith("int8 ("), found.text("quantised", ""));
        JsonObjectFile original = json(run("inspect", model, "--json"));
        assertEquals(
                original.object("parameters").orElseThrow().integer("all"),
                found.object("parameters").orElseThrow().integer("all"));
        assertTrue(run("doctor", "-m", "small").out().contains("result"));
        run("convert", copy, "--to", "float32", "-o", temp.resolve("plain"));
        run("generate", "a pear", "-m", temp.resolve("plain"), "-o", temp.resolve("y.png"));
    }

    @Test
    void weights_are_quantised_while_loading() {
        Path picture = temp.resolve("x.png");
        run("generate", "a pear", "--quantize", "int4", "-o", picture);
        Path again = temp.resolve("again.png");
        run("generate", "--like", picture, "-o", again);
        Path plain = temp.resolve("plain.png");
        run("generate", "a pear", "--like", picture, "--quantize", "int8", "-o", plain);
        assertArrayEquals(pixels(picture), pixels(again), "drawn again with the same rounding");
        assertFalse(Arrays.equals(pixels(picture), pixels(plain)), "the rounding is seen");
        start("generate", "a pear", "--quantize", "int5", "-o", temp.resolve("y.png"))
                .refused("'int5'", "use int8 or int4");
    }

    @Test
    void groups_of_another_size_are_refused() {
        start("quantize", model, "--to", "int4", "--group", 48, "-o", temp.resolve("q"))
                .refused("groups of 32 or 64, not 48");
    }

    private Cli run(Object... arguments) {
        return start(arguments).succeeded();
    }

    private Cli start(Object... arguments) {
        return Cli.run(new Host(Map.of(), temp.resolve("home"), false), arguments);
    }

    private static byte[] pixels(Path file) {
        return ImageDecoder.read(file).rgb();
    }

    private static JsonObjectFile json(Cli run) {
        return JsonObjectFile.parse("output", run.out().getBytes(StandardCharsets.UTF_8));
    }
}
