package stipple.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ConfigDialect;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.LatentConfig;
import stipple.model.config.LossConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.SpecialTokens;
import stipple.model.config.VaeConfig;
import stipple.model.generate.TinyCheckpoint;
import stipple.model.image.ImageSize;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.UserException;
import stipple.torch.kernels.KernelLibrary;

class FitCheckTest {
    private static final long GIB = 1L << 30;
    private static final ModelConfig LARGE = new ModelConfig(
            new BackboneConfig(5120, 48, 40, 8, 128, 13824, 1e-5, 1e6, 152064, 32768, false, true, false, 0.02, true),
            new FlowHeadConfig(1536, 12, 1, 4),
            new LatentConfig(64, 2, 16),
            new LossConfig(0.01, 1, false, 0),
            new SpecialTokens(1, 2, 3, 4, 5),
            false,
            32,
            false,
            "vae",
            ConfigDialect.B,
            GenerationDefaults.of(ConfigDialect.B, 512));
    private static final VaeConfig VAE =
            new VaeConfig(256, 3, 3, 128, List.of(1, 2, 4, 4), 2, 16, 1, 0, true, true, 2, 0);
    private static final DrawingDemand GUIDED = new DrawingDemand(1, 2, 64, new ImageSize(512, 512));

    private static FitCheck check(LoadOptions options, DrawingDemand demand, long bytes) {
        return FitCheck.of(
                "the model", LARGE, VAE, options, demand, Optional.of(new AvailableMemory(bytes, "this machine")));
    }

    private static String refusal(FitCheck check) {
        UserException refused = assertThrows(UserException.class, () -> check.require(false, text -> {}));
        assertEquals(1, refused.getMessage().lines().count());
        return refused.getMessage();
    }

    @Test
    void the_released_model_is_refused_in_24_gibibytes_with_the_formats_that_fit() {
        String message = refusal(check(LoadOptions.DEFAULT, GUIDED, 24 * GIB));

        assertTrue(message.contains("this machine has 24.0 GiB"), message);
        assertTrue(message.contains("weights 28.0 GiB"), message);
        assertTrue(message.contains("--quantize int8 ("), message);
        assertTrue(message.contains("--quantize int4 ("), message);
        assertTrue(message.contains("--force"), message);
        assertFalse(message.contains("--size"), "a smaller picture alone would not fit: " + message);
    }

    @Test
    void int4_fits_in_24_gibibytes_with_room() {
        LoadOptions int4 = LoadOptions.DEFAULT.withQuantisation(Quantisation.of("int4"));

        assertTrue(check(int4, GUIDED, 16 * GIB).fits());
    }

    @Test
    void fewer_and_smaller_pictures_are_ways_out_of_a_cache_that_is_too_large() {
        LoadOptions int4 = LoadOptions.DEFAULT.withQuantisation(Quantisation.of("int4"));
        String message = refusal(check(int4, new DrawingDemand(8, 2, 64, new ImageSize(512, 512)), 16 * GIB));

        assertTrue(message.contains("what fits: -n 1 ("), message);
        assertTrue(message.contains("--size 256x256 ("), message);
    }

    @Test
    void what_fits_nowhere_says_so() {
        assertTrue(refusal(check(LoadOptions.DEFAULT, GUIDED, GIB)).contains("take a smaller model"));
    }

    @Test
    void force_warns_in_place_of_refusing() {
        List<String> warnings = new ArrayList<>();

        check(LoadOptions.DEFAULT, GUIDED, GIB).require(true, warnings::add);

        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("may swap"), warnings.toString());
    }

    @Test
    void nothing_is_refused_where_the_system_does_not_tell() {
        FitCheck.of("the model", LARGE, VAE, LoadOptions.DEFAULT, GUIDED, Optional.empty())
                .require(false, text -> {
                    throw new AssertionError(text);
                });
    }

    @Test
    void a_folder_counts_with_what_is_stored_quantised_in_it(@TempDir Path folder) throws IOException {
        NextStepCheckpoint plain = TinyCheckpoint.load(Files.createDirectory(folder.resolve("plain")));
        ModelConfig config = plain.config();
        plain.close();
        DrawingDemand demand = new DrawingDemand(1, 2, 8, new ImageSize(64, 64));
        LoadOptions options = LoadOptions.DEFAULT.withType(DType.F32);
        FitCheck before = FitCheck.of(folder.resolve("plain"), config, options, demand);
        assumeTrue(KernelLibrary.available());

        CheckpointQuantiser.quantise(
                folder.resolve("plain"), folder.resolve("int8"), Quantisation.of("int8"), matrix -> {});
        FitCheck after = FitCheck.of(folder.resolve("int8"), config, options, demand);

        assertEquals("plain", before.name());
        assertEquals(
                MemoryNeed.modelBytes(config, DType.F32, Device.CPU, null)
                        - MemoryNeed.modelBytes(config, DType.F32, Device.CPU, Quantisation.of("int8")),
                before.need().weights() - after.need().weights());
        assertTrue(before.need().weights() > after.need().weights());
        assertEquals(before.need().cache(), after.need().cache());
    }

    @Test
    void a_card_has_bfloat16_keys_a_copy_of_each_prompt_and_its_own_ways_out() {
        LoadOptions card = new LoadOptions(DType.BF16, new Device(Device.Type.CUDA, 0), null);
        MemoryNeed need = MemoryNeed.of(LARGE, VAE, card, GUIDED);
        assertEquals(196_608L * 2 * (64 + 64 + 1024), need.cache());
        long gib = 1L << 30;
        Optional<AvailableMemory> there = Optional.of(new AvailableMemory(24 * gib, "cuda:0"));
        UserException refusal = assertThrows(
                UserException.class,
                () -> FitCheck.of("the model", LARGE, VAE, card, GUIDED, there).require(false, text -> {}));
        assertTrue(refusal.getMessage().contains("cuda:0 has 24.0 GiB"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("--quantize int8"), refusal.getMessage());
    }

    @Test
    void weights_and_cache_are_counted_to_the_byte() {
        assertEquals(196_608L * 2 * (64 + 1024) * 2, MemoryNeed.cache(LARGE, GUIDED), "float32 cache of two rows");
        long bf16 = MemoryNeed.modelBytes(LARGE, DType.BF16, Device.CPU, null);
        long int8 = MemoryNeed.modelBytes(LARGE, DType.BF16, Device.CPU, Quantisation.of("int8"));
        // The backbone's matrices halve, the vocabulary does not.
        assertEquals(14.77e9 * 2 + 0.157e9 * 2, bf16, 0.1e9);
        assertEquals(13.21e9 + 0.14e9, bf16 - int8, 0.1e9);
    }
}
