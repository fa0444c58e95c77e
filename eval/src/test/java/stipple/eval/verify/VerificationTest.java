package stipple.eval.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.TensorSource;
import stipple.torch.Tensor;
import stipple.torch.UserException;

class VerificationTest {
    @TempDir
    Path dir;

    private GoldenCopy copy;

    @BeforeEach
    void copyGolden() throws IOException {
        copy = GoldenCopy.into(dir);
    }

    @Test
    void the_golden_run_is_reproduced_with_room_to_spare() {
        long before = Tensor.live();
        List<CheckResult> seen = new ArrayList<>();
        VerifyReport report =
                Verification.run(GoldenCopy.GOLDEN, GoldenCopy.GOLDEN.resolve(Verification.FILE), seen::add);
        assertEquals(before, Tensor.live(), "nothing leaks");
        assertEquals(List.of(), failed(report));
        assertTrue(report.passed());
        assertEquals(report.results(), seen, "each outcome is told as it comes");
        report.results().forEach(r -> assertTrue(r.maxRel() < 2e-5, r::toString));
        assertEquals(outputs(), report.results().stream().map(CheckResult::name).collect(Collectors.toSet()));
    }

    /** Every recorded tensor that is no input. */
    private static Set<String> outputs() {
        Set<String> inputs =
                Set.of("input_ids", "attention_mask", "args", "noise", "c", "x", "t", "pixels", "z", "labels", "u");
        try (SafetensorsFile file = SafetensorsFile.open(GoldenCopy.GOLDEN.resolve(Verification.FILE))) {
            return file.tensors().keySet().stream()
                    .filter(key -> !inputs.contains(key.substring(key.lastIndexOf('.') + 1)))
                    .filter(key -> !key.equals("mixed.latents") && !key.equals("train.latents"))
                    .collect(Collectors.toSet());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "layers.1.mlp.down_proj.weight, 100, backbone.hidden",
        "layers.2.self_attn.v_proj.bias, 3, backbone.hidden",
        "norm.weight, 5, backbone.hidden",
        "lm_head.weight, 7, backbone.logits",
        "image_in_projector.weight, 9, mixed.embeds",
        "image_head.net.res_blocks.1.mlp.0.weight, 11, head.velocity",
        "image_head.net.time_embed.mlp.2.bias, 13, head.velocity"
    })
    void one_altered_weight_of_the_model_is_found(String name, int element, String check) {
        copy.recorded(GoldenCopy.QUICK).alterWeight(name, element, 0.02f);
        assertTrue(failed(copy.verify()).contains(check));
    }

    @Test
    void one_altered_weight_of_either_projector_shows_in_whole_pictures_and_in_training() {
        copy.recorded(key -> key.startsWith("generate_s3") || key.startsWith("train."))
                .alterWeight("image_out_projector.weight", 3, 0.02f);
        List<String> failed = failed(copy.verify());
        assertTrue(failed.containsAll(List.of("generate_s3.tokens", "generate_s3.image", "train.image_loss")));
        assertFalse(failed.contains("train.lm_loss"), "the language loss does not depend on it");
    }

    @ParameterizedTest
    @CsvSource({"encoder.mid.block_1.conv1.weight, vae.mean", "decoder.up.0.block.0.norm1.bias, vae.decoded"})
    void one_altered_weight_of_the_image_tokenizer_is_found(String name, String check) throws IOException {
        copy.recorded(key -> key.startsWith("vae.")).rewriteAutoencoder("model.safetensors", tensor -> {
            return tensor.name().equals(name) ? GoldenCopy.altered(tensor, 2, 0.05f) : TensorSource.of(tensor);
        });
        assertEquals(List.of(check), failed(copy.verify()));
    }

    @ParameterizedTest
    @CsvSource({"backbone.hidden, 1", "head.velocity, 0", "vae.decoded, 77", "mixed.patches, 3", "mixed.embeds, 20"})
    void one_altered_value_of_the_recording_is_found(String key, int element) {
        copy.recorded(GoldenCopy.QUICK).alterRecorded(key, element, 0.01f);
        List<String> failed = failed(copy.verify());
        assertTrue(failed.contains(key), failed::toString);
    }

    @Test
    void one_altered_draw_is_found() {
        copy.recorded(key -> key.startsWith("sampler_")).alterRecorded("sampler_s3.sde.plain.noise", 65, 0.01f);
        assertEquals(List.of("sampler_s3.sde.plain.out"), failed(copy.verify()));
    }

    @Test
    void values_of_padding_carry_no_meaning() {
        // Row 1 of the batch begins with three slots of padding.
        copy.recorded(key -> key.startsWith("backbone.")).alterRecorded("backbone.hidden", 9 * 64 + 5, 100);
        assertTrue(copy.verify().passed());
        copy.alterRecorded("backbone.hidden", 12 * 64 + 5, 1);
        assertEquals(List.of("backbone.hidden"), failed(copy.verify()));
    }

    @Test
    void a_value_that_is_not_finite_never_passes() {
        copy.recorded(key -> key.startsWith("head.")).alterRecorded("head.velocity", 4, Float.NaN);
        CheckResult result = result(copy.verify(), "head.velocity");
        assertFalse(result.passed());
        assertTrue(result.note().contains("not finite at element 4"), result::note);
        copy.alterRecorded("head.x", 4, Float.POSITIVE_INFINITY);
        assertFalse(result(copy.verify(), "head.velocity").passed());
    }

    @Test
    void keys_that_no_check_understands_are_failures() {
        copy.recorded(key -> key.startsWith("head."))
                .recordedToo(
                        GoldenCopy.floats("head.extra", new long[] {1}, 1),
                        GoldenCopy.floats("sampler_s4.plain.out", new long[] {1}, 1),
                        GoldenCopy.floats("elsewhere", new long[] {1}, 1));
        VerifyReport report = copy.verify();
        assertEquals(List.of("elsewhere", "head.extra", "sampler_s4.plain.out"), failed(report));
        assertTrue(result(report, "head.velocity").passed());
        assertTrue(result(report, "elsewhere").note().contains("no check used"));
    }

    @Test
    void a_result_without_its_inputs_is_a_failure_that_names_them() {
        copy.recorded(key -> key.startsWith("vae.") && !key.equals("vae.z"));
        VerifyReport report = copy.verify();
        assertEquals(List.of("vae.decoded"), failed(report));
        assertTrue(result(report, "vae.decoded").note().contains("'vae.z'"));
        assertTrue(result(report, "vae.mean").passed());
    }

    @Test
    void a_result_of_another_shape_is_a_failure_that_names_both() {
        copy.recorded(key -> key.startsWith("head.") && !key.equals("head.time_embedding"))
                .recordedToo(GoldenCopy.floats("head.time_embedding", new long[] {2, 2}, 1, 2, 3, 4));
        CheckResult result = result(copy.verify(), "head.time_embedding");
        assertFalse(result.passed());
        assertTrue(result.note().contains("[5, 256]") && result.note().contains("[2, 2]"), result::note);
    }

    @Test
    void a_gradient_of_a_parameter_that_does_not_exist_is_a_failure_of_its_own() {
        copy.recorded(key -> key.startsWith("train."))
                .recordedToo(GoldenCopy.floats("train.grad.layers.9.q", new long[] {1}, 1));
        assertEquals(List.of("train.grad.layers.9.q"), failed(copy.verify()));
    }

    @Test
    void any_name_after_a_samplers_group_is_a_case() {
        copy.recorded(key -> key.startsWith("sampler_s1.plain.") || key.startsWith("sampler_s3.ode.cfg."));
        try (SafetensorsFile file = SafetensorsFile.open(GoldenCopy.GOLDEN.resolve(Verification.FILE))) {
            TensorSource[] renamed = file.tensors().values().stream()
                    .filter(t -> t.name().startsWith("sampler_s2.cfg."))
                    .map(t -> TensorSource.of(t.withName(t.name().replace(".cfg.", ".some other.name."))))
                    .toArray(TensorSource[]::new);
            copy.recordedToo(renamed);
        }
        VerifyReport report = copy.verify();
        assertTrue(report.passed(), () -> failed(report).toString());
        assertTrue(result(report, "sampler_s2.some other.name.out").passed());
        assertEquals(3, report.results().size());
    }

    @Test
    void a_recording_with_nothing_to_check_is_refused() {
        copy.recorded(key -> key.equals("head.x"));
        UserException e = assertThrows(UserException.class, copy::verify);
        assertTrue(e.getMessage().contains("nothing that can be checked"), e.getMessage());
    }

    @Test
    void a_missing_recording_is_refused() throws IOException {
        Files.delete(copy.recording());
        UserException e = assertThrows(UserException.class, copy::verify);
        assertTrue(e.getMessage().contains("--expected"), e.getMessage());
    }

    private static List<String> failed(VerifyReport report) {
        return report.results().stream()
                .filter(r -> !r.passed())
                .map(CheckResult::name)
                .toList();
    }

    private static CheckResult result(VerifyReport report, String name) {
        return report.results().stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
