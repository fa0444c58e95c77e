package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.testing.TinyModel;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;

class MergeCommandTest {
    private static final String NAME = "layers.1.self_attn.q_proj.weight";

    @TempDir
    private Path temp;

    private Path one;
    private Path two;
    private Path three;
    private Path to;

    @BeforeEach
    void models() {
        one = TinyModel.write(temp.resolve("one"), 1);
        two = TinyModel.write(temp.resolve("two"), 2);
        three = TinyModel.write(temp.resolve("three"), 3);
        to = temp.resolve("merged");
    }

    @Test
    void what_one_run_taught_is_added_to_another_model_whose_image_tokenizer_stays() throws IOException {
        long before = Tensor.live();
        Cli.run("merge", one + ":1", two + ":0.5", three + ":-0.5", "-o", to).succeeded();
        float[] wanted = weights(one, DType.F32);
        float[] more = weights(two, DType.F32);
        float[] less = weights(three, DType.F32);
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] += 0.5f * (more[i] - less[i]);
        }
        assertArrayEquals(wanted, weights(to, DType.F32), 1e-5f);
        assertEquals(before, Tensor.live());
        for (String file : new String[] {"config.json", "tokenizer.json", "vae/config.json", "vae/model.safetensors"}) {
            assertEquals(-1, Files.mismatch(one.resolve(file), to.resolve(file)), file);
        }
        Cli.run("generate", "a pear", "-m", to, "-o", temp.resolve("x.png")).succeeded();
    }

    @Test
    void without_weights_it_is_the_average_and_may_be_stored_in_another_type() {
        Cli.run("merge", one, two, "--to", "bfloat16", "-o", to).succeeded();
        float[] a = weights(one, DType.F32);
        float[] b = weights(two, DType.F32);
        float[] mean = weights(to, DType.BF16);
        for (int i = 0; i < mean.length; i++) {
            float wanted = (a[i] + b[i]) / 2;
            assertEquals(wanted, mean[i], Math.abs(wanted) / 128 + 1e-6);
        }
    }

    @Test
    void models_that_do_not_fit_together_are_refused_before_anything_is_written() throws IOException {
        String names = Files.readString(two.resolve("model.safetensors"), StandardCharsets.ISO_8859_1);
        Files.writeString(
                two.resolve("model.safetensors"),
                names.replace(NAME, NAME.replace("layers.1", "layers.9")),
                StandardCharsets.ISO_8859_1);
        refused("only one of them has the tensor '" + NAME + "'", one, two);
        Files.writeString(three.resolve("tokenizer.json"), " ");
        refused("their tokenizers differ", one, three);
        refused("Missing", one, temp.resolve("nothing"));
        Files.writeString(Files.createDirectory(to).resolve("mine.txt"), "mine");
        Cli.run("merge", one, one, "-o", to).refused("is not empty");
    }

    private void refused(String why, Path first, Path second) {
        Cli.run("merge", first, second, "-o", to).refused(why);
        assertTrue(Files.notExists(to));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a         | two checkpoints or more, got 1",
                "a:0.5 b   | Give every checkpoint a weight",
                "a:0.5 b:0.4 | add up to 1",
                "a:x b:1   | DIR:WEIGHT",
                "a:NaN b:1 | add up to 1",
                "a b --to float16 | Cannot store weights as 'float16'"
            })
    void weights_that_make_no_sense_are_refused(String arguments, String why) {
        Cli.run((Object[]) ("merge " + arguments + " -o " + to).split(" ")).refused(why);
        assertTrue(Files.notExists(to));
    }

    private static float[] weights(Path folder, DType type) {
        try (Scope scope = Scope.open();
                NextStepCheckpoint loaded = NextStepCheckpoint.load(folder, LoadOptions.of(type))) {
            return loaded.weights().get(NAME).to(DType.F32).toFloats();
        }
    }
}
