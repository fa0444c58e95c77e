package stipple.train.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.config.VaeConfig;
import stipple.model.load.LoadedAutoencoder;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.TinyFeatures;
import stipple.train.TinyRuns;
import stipple.train.data.PictureSet;
import stipple.train.recipe.AutoencoderRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.run.TrainStep;

class AutoencoderObjectiveTest {
    private static final long[] POSITIONS = {0, 1, 2, 3};

    @TempDir
    private static Path temp;

    private static TinyRuns tiny;
    private static Path start;
    private static Path features;

    @BeforeAll
    static void makeDataAndAnImageTokenizer() {
        tiny = TinyRuns.in(temp);
        start = temp.resolve("start");
        features = TinyFeatures.in(temp.resolve("features"));
        try (AutoencoderObjective untrained = new AutoencoderObjective(tiny.autoencoder("start"))) {
            untrained.export(untrained.weights(), start);
        }
    }

    private static Recipe recipe(String... overrides) {
        return tiny.autoencoder("tested", overrides);
    }

    private static String refusal(String... overrides) {
        Recipe recipe = recipe(overrides);
        return assertThrows(UserException.class, () -> new AutoencoderObjective(recipe))
                .getMessage();
    }

    private static double loss(AutoencoderObjective objective) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            return objective.losses(BatchPart.whole(POSITIONS), rng).total().item();
        }
    }

    private static float[] pixels(AutoencoderObjective objective, long... positions) {
        try (Scope scope = Scope.open()) {
            return objective.batch(positions).pictures().toFloats();
        }
    }

    @Test
    void training_from_an_image_tokenizer_starts_at_its_loss_and_another_seed_does_not_matter() {
        try (AutoencoderObjective scratch = new AutoencoderObjective(tiny.autoencoder("start"));
                AutoencoderObjective tuned = new AutoencoderObjective(recipe("autoencoder.init=" + start));
                AutoencoderObjective other = new AutoencoderObjective(recipe("seed=6"))) {
            assertEquals(loss(scratch), loss(tuned));
            assertNotEquals(loss(scratch), loss(other));
        }
    }

    @Test
    void training_from_an_image_tokenizer_leaves_its_files_alone() {
        try (AutoencoderObjective tuned = new AutoencoderObjective(recipe("autoencoder.init=" + start));
                AutoencoderObjective again = new AutoencoderObjective(recipe("autoencoder.init=" + start))) {
            double before = loss(again);
            tuned.weights().all().values().forEach(Tensor::zeroInPlace);
            try (AutoencoderObjective reread = new AutoencoderObjective(recipe("autoencoder.init=" + start))) {
                assertEquals(before, loss(reread));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "autoencoder.ch=64|autoencoder.ch is 64, but autoencoder.init",
                "autoencoder.ch_mult=[1, 2, 4, 4]|autoencoder.ch_mult is [1, 2, 4, 4], but autoencoder.init",
                "autoencoder.res_blocks=2|autoencoder.res_blocks is 2, but autoencoder.init",
                "autoencoder.z_channels=16|autoencoder.z_channels is 16, but autoencoder.init",
                "autoencoder.patch=1|autoencoder.patch is 1, but autoencoder.init",
            })
    void a_shape_that_contradicts_the_start_is_refused_by_the_name_of_its_key(String override, String expected) {
        String message = refusal("autoencoder.init=" + start, override);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void with_a_start_the_keys_of_the_shape_may_be_left_out_and_without_one_not() {
        String[] without = {
            "autoencoder.ch=null",
            "autoencoder.ch_mult=null",
            "autoencoder.res_blocks=null",
            "autoencoder.z_channels=null",
            "autoencoder.patch=null"
        };
        String[] withStart = Arrays.copyOf(without, without.length + 1);
        withStart[without.length] = "autoencoder.init=" + start;
        try (AutoencoderObjective tuned = new AutoencoderObjective(recipe(withStart))) {
            assertEquals(32 * 1, tuned.weights().get("encoder.conv_in.weight").size(0));
        }
        for (String key : without) {
            String name = key.substring(0, key.indexOf('='));
            String message =
                    assertThrows(UserException.class, () -> recipe(key)).getMessage();
            assertTrue(message.contains("'" + name + "' is missing"), message);
        }
    }

    @Test
    void crops_are_squares_of_their_size_determined_by_seed_and_position() {
        String[] overrides = {"data.size=32", "data.crop=16"};
        try (AutoencoderObjective one = new AutoencoderObjective(recipe(overrides));
                AutoencoderObjective same = new AutoencoderObjective(recipe(overrides));
                AutoencoderObjective whole = new AutoencoderObjective(recipe("data.size=32"))) {
            float[] batch = pixels(one, POSITIONS);
            assertEquals(4 * 3 * 16 * 16, batch.length);
            assertArrayEquals(batch, pixels(same, POSITIONS));
            assertArrayEquals(Arrays.copyOfRange(batch, 2 * 768, 3 * 768), pixels(one, 2), "whatever the batch");
            assertTrue(isWithin(Arrays.copyOf(batch, 768), 16, pixels(whole, 0), 32));
            // Twelve pictures: position 12 is one of them again, cut elsewhere; some pair of passes must differ.
            boolean moved = false;
            for (int pass = 1; pass < 6; pass++) {
                float[] first = pixels(one, passOf(0, 0));
                float[] later = pixels(one, passOf(pass, 0));
                moved |= !Arrays.equals(first, later);
            }
            assertTrue(moved);
        }
    }

    @Test
    void further_data_sets_are_learnt_too_but_not_measured_on() {
        Path shards = Path.of(recipe().data().shards());
        Recipe more = recipe("data.also=[" + shards + "]");
        try (PictureSet one = PictureSet.training(recipe().data());
                PictureSet both = PictureSet.training(more.data());
                PictureSet measured = PictureSet.heldOut(recipe().data(), 16);
                PictureSet still = PictureSet.heldOut(more.data(), 16);
                Scope scope = Scope.open()) {
            assertEquals(2 * one.size(), both.size());
            assertArrayEquals(
                    one.pixels(1).toFloats(), both.pixels(one.size() + 1).toFloats());
            assertEquals(measured.size(), still.size());
        }
        String missing = refusal("data.also=[" + shards.resolve("none") + "]");
        assertTrue(missing.contains("none") && missing.contains("build the set first"), missing);
        UserException pairs =
                assertThrows(UserException.class, () -> tiny.nextStep("pairs", "data.also=[" + shards + "]"));
        assertTrue(pairs.getMessage().contains("data.also is for the objective autoencoder"), pairs.getMessage());
    }

    private static long[] passOf(int pass, int offset) {
        return new long[] {12L * pass + offset};
    }

    /** Whether a planar square of three channels occurs somewhere in a larger one. */
    private static boolean isWithin(float[] part, int size, float[] whole, int side) {
        for (int top = 0; top + size <= side; top++) {
            for (int left = 0; left + size <= side; left++) {
                if (isAt(part, size, whole, side, top, left)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isAt(float[] part, int size, float[] whole, int side, int top, int left) {
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < size; y++) {
                int from = (c * side + top + y) * side + left;
                if (!Arrays.equals(part, (c * size + y) * size, (c * size + y + 1) * size, whole, from, from + size)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void sizes_that_hold_no_whole_number_of_tokens_are_refused_by_name() {
        assertTrue(refusal("data.size=32", "data.crop=24").contains("data.crop must be a multiple of 16"));
        assertTrue(refusal("autoencoder.eval_size=40").contains("autoencoder.eval_size must be a multiple of 16"));
        assertTrue(refusal("data.size=24").contains("data.size must be a multiple of 16"));
        UserException larger = assertThrows(UserException.class, () -> recipe("data.crop=32"));
        assertTrue(larger.getMessage().contains("data.crop (32) must not be larger than data.size (16)"));
    }

    @Test
    void measurements_are_of_whole_held_out_pictures_at_the_chosen_size() {
        try (AutoencoderObjective small = new AutoencoderObjective(recipe());
                AutoencoderObjective large = new AutoencoderObjective(recipe("autoencoder.eval_size=32"))) {
            Map<String, Double> a = small.evaluate(small.weights());
            Map<String, Double> b = large.evaluate(large.weights());
            assertNotEquals(a.get("psnr"), b.get("psnr"));
            assertTrue(a.get("ssim") < 1 && a.get("psnr") < 30, "untrained: " + a);
            assertEquals(1, a.get("token_variance"), 1e-3);
            assertFalse(a.values().stream().anyMatch(value -> value.isNaN()), a::toString);
        }
    }

    @Test
    void a_perceptual_weight_adds_that_much_of_the_distance_and_its_gradient_reaches_the_decoder() {
        String network = "autoencoder.perceptual.network=" + features;
        long before = Tensor.live();
        try (AutoencoderObjective with = new AutoencoderObjective(
                        recipe("autoencoder.perceptual.weight=0.25", network, "dtype=float32"));
                AutoencoderObjective only =
                        new AutoencoderObjective(recipe("autoencoder.perceptual.weight=0", network, "dtype=float32"));
                Scope scope = Scope.open();
                Rng a = new Rng(1);
                Rng b = new Rng(1)) {
            Objective.Losses weighted = with.losses(BatchPart.whole(POSITIONS), a);
            Objective.Losses plain = only.losses(BatchPart.whole(POSITIONS), b);
            double distance = weighted.parts().get("perceptual").item();
            assertTrue(distance > 0);
            assertEquals(
                    plain.total().item() + 0.25 * distance, weighted.total().item(), 1e-5);
            assertFalse(plain.parts().containsKey("perceptual"), "weight 0 only measures");
            assertTrue(only.evaluate(only.weights()).get("perceptual") > 0);
            assertEquals(false, only.figures().get("perceptual"), "less is better");
            Tensor last = with.weights().get("decoder.conv_out.weight");
            Autograd.track(last);
            try (Scope inner = Scope.open();
                    Rng again = new Rng(1)) {
                Autograd.backward(
                        with.losses(BatchPart.whole(POSITIONS), again).parts().get("perceptual"));
                assertTrue(Autograd.gradient(last).abs().max().item() > 0);
            }
            assertTrue(with.workload().flops() > only.workload().flops());
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void a_missing_feature_network_is_refused_with_the_command_that_makes_one() {
        String message = refusal("autoencoder.perceptual.weight=1", "autoencoder.perceptual.network=" + temp + "/none");
        assertTrue(message.contains("stipple data build features"), message);
        UserException unnamed = assertThrows(UserException.class, () -> recipe("autoencoder.perceptual.weight=1"));
        assertTrue(unnamed.getMessage().contains("autoencoder.perceptual.network"), unnamed.getMessage());
    }

    @Test
    void with_a_frozen_encoder_the_decoder_alone_is_trained_and_latents_stay_what_they_were() {
        UserException scratch = assertThrows(UserException.class, () -> recipe("autoencoder.freeze_encoder=true"));
        assertTrue(scratch.getMessage().contains("needs an autoencoder.init"), scratch.getMessage());
        Recipe recipe = recipe("autoencoder.freeze_encoder=true", "autoencoder.init=" + start, "dtype=float32");
        try (AutoencoderObjective frozen = new AutoencoderObjective(recipe);
                AutoencoderObjective whole =
                        new AutoencoderObjective(recipe("autoencoder.init=" + start, "dtype=float32"))) {
            assertTrue(frozen.weights().names().stream().allMatch(name -> name.startsWith("decoder.")));
            assertEquals(loss(whole), loss(frozen), 1e-6);
            assertTrue(frozen.workload().flops() < whole.workload().flops());
            try (TrainStep step = new TrainStep(recipe, frozen)) {
                step.run(0);
                step.run(1);
            }
            frozen.export(frozen.weights(), temp.resolve("finer"));
        }
        try (LoadedAutoencoder before = LoadedAutoencoder.load(start, DType.F32, Device.CPU);
                LoadedAutoencoder after = LoadedAutoencoder.load(temp.resolve("finer"), DType.F32, Device.CPU)) {
            before.weights().all().forEach((name, tensor) -> {
                boolean same = Arrays.equals(
                        tensor.toFloats(), after.weights().get(name).toFloats());
                assertTrue(same || name.startsWith("decoder."), name);
            });
            assertFalse(Arrays.equals(
                    before.weights().get("decoder.conv_out.weight").toFloats(),
                    after.weights().get("decoder.conv_out.weight").toFloats()));
        }
    }

    @Test
    void squares_may_be_encoded_each_by_itself_which_later_runs_keep_and_a_frozen_encoder_forbids() {
        try (AutoencoderObjective squares = new AutoencoderObjective(
                        recipe("autoencoder.init=" + start, "data.size=32", "autoencoder.tile=16"));
                AutoencoderObjective whole =
                        new AutoencoderObjective(recipe("autoencoder.init=" + start, "data.size=32"))) {
            assertNotEquals(loss(squares), loss(whole));
            squares.export(squares.weights(), temp.resolve("squares"));
        }
        assertEquals(16, VaeConfig.read(temp.resolve("squares")).encodeTile());
        AutoencoderRecipe later =
                recipe("autoencoder.init=" + temp.resolve("squares")).autoencoder();
        assertEquals(
                16, later.config(32, VaeConfig.read(temp.resolve("squares"))).encodeTile());
        UserException refused = assertThrows(
                UserException.class,
                () -> recipe("autoencoder.init=" + start, "autoencoder.freeze_encoder=true", "autoencoder.tile=16"));
        assertTrue(
                refused.getMessage().contains("autoencoder.tile changes what the encoder says"), refused.getMessage());
    }

    @Test
    void a_start_that_does_not_normalise_gets_normalised_latents_of_the_recipe_s_patch() throws IOException {
        Path plain = temp.resolve("plain");
        VaeConfig normalised = VaeConfig.read(start);
        new VaeConfig(32, 3, 3, 32, normalised.chMult(), 1, 4, 0.3611, 0.1159, false, false, 1, 0).write(plain);
        Files.copy(start.resolve("model.safetensors"), plain.resolve("model.safetensors"));
        try (AutoencoderObjective tuned = new AutoencoderObjective(recipe("autoencoder.init=" + plain));
                AutoencoderObjective known = new AutoencoderObjective(recipe("autoencoder.init=" + start))) {
            assertEquals(loss(known), loss(tuned));
            tuned.export(tuned.weights(), temp.resolve("switched"));
            VaeConfig written = VaeConfig.read(temp.resolve("switched"));
            assertEquals(normalised, written);
            assertTrue(written.encoderNorm() && written.deterministic() && written.scalingFactor() == 1);
        }
        assertTrue(
                refusal("autoencoder.init=" + plain, "autoencoder.patch=null").contains("autoencoder.patch"));
    }
}
