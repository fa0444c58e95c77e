package stipple.eval.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stipple.eval.bench.ModelCosts.StoredSize;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.VaeNames;

/** The figures of the released model are those that the paper's latency table implies, and what is counted by hand. */
class ModelCostsTest {
    private static final long BF16 = 2;
    private static final ModelCosts LARGE = costs("14b", 196_608);

    private static ModelCosts costs(String name, long cacheRow) {
        NamedShape shape = NamedShape.of(name);
        return new ModelCosts(
                shape.config(),
                shape.vae(),
                sizes(BackboneNames.expected(shape.config())),
                sizes(new VaeNames(shape.vae()).expected()),
                cacheRow);
    }

    private static Map<String, StoredSize> sizes(List<ExpectedTensor> tensors) {
        Map<String, StoredSize> sizes = new LinkedHashMap<>();
        for (ExpectedTensor tensor : tensors) {
            if (tensor.presence() == ExpectedTensor.Presence.REQUIRED) {
                long count = Arrays.stream(tensor.shape()).reduce(1, (a, b) -> a * b);
                sizes.put(tensor.name(), new StoredSize(count, count * BF16, tensor.shape().length > 1));
            }
        }
        return sizes;
    }

    @Test
    void a_step_of_the_14b_shape_reads_26_gigabytes_of_weights_and_the_cache() {
        Cost empty = LARGE.step(1, -1);
        Cost full = LARGE.step(1, 1023);

        assertEquals(26.4e9, empty.bytes(), 0.1e9);
        assertEquals(1024.0 * 196_608, full.bytes() - empty.bytes(), 1);
    }

    @Test
    void more_rows_read_the_weights_once_and_multiply_them_again() {
        Cost one = LARGE.step(1, 100);
        Cost eight = LARGE.step(8, 100);

        assertEquals(7 * 101.0 * 196_608, eight.bytes() - one.bytes(), 1);
        assertEquals(8, eight.flops() / one.flops(), 1e-9);
        assertEquals(2 * 13.2e9, one.flops(), 0.2e9);
    }

    @Test
    void a_flow_step_reads_its_layers_each_time_and_the_modulations_once_a_token() {
        Cost one = LARGE.head(1, 1);
        Cost many = LARGE.head(1, 28);

        double each = (many.bytes() - one.bytes()) / 27;
        // 12 blocks of two 1536 x 1536 layers, and the ends of 64 values.
        assertEquals(2 * 12 * 2 * 1536.0 * 1536, each, 0.01 * each);
        // The whole head of 157 M parameters and the projector of 5120 x 5120 before it.
        assertEquals(2 * (157e6 + 5120.0 * 5120), one.bytes(), 0.03 * one.bytes());
        assertEquals(
                28,
                (many.flops() - LARGE.head(1, 0).flops())
                        / (one.flops() - LARGE.head(1, 0).flops()),
                1e-6);
    }

    @Test
    void reading_a_prompt_costs_as_many_products_as_it_has_tokens_and_the_weights_once() {
        Cost prompt = LARGE.prefill(1, 32);

        assertEquals(32 * 2 * 13.2e9, prompt.flops(), 0.01 * prompt.flops());
        assertEquals(26.4e9 + 32 * 196_608, prompt.bytes(), 0.1e9);
    }

    @Test
    void decoding_grows_with_the_area_except_for_its_attention() {
        ModelCosts tiny = costs("tiny", 1);
        double attention = 4 * 8 * 8 * 8 * 8 * 128.0;

        double small = tiny.decode(8, 8).flops() - attention;
        double large = tiny.decode(16, 16).flops() - 16 * attention;

        assertEquals(4, large / small, 1e-9);
        assertTrue(small > 64 * 64 * 2 * 9 * 32 * 3, "the last convolution alone runs at full resolution");
    }
}
