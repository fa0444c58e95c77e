package stipple.eval.bench.peer;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.BackboneConfig;

/**
 * What a GGUF file of a Qwen2 backbone holds. The vocabulary has a few hundred entries only, so that the output head
 * costs nothing, as in the image loop.
 *
 * @param backbone the shape
 * @param format of the matrices
 */
record GgufShape(BackboneConfig backbone, GgufFormat format) {
    static final int VOCAB = 320;
    /** Tensors begin at multiples of this. */
    static final int ALIGNMENT = 32;

    /**
     * One tensor.
     *
     * @param inputs length of a row
     * @param rows number of rows; 0 for a vector
     * @param format null for float32
     * @param value of a float32 tensor, everywhere
     */
    record Tensor(String name, long inputs, long rows, GgufFormat format, float value) {
        long bytes() {
            long count = inputs * Math.max(1, rows);
            return format == null ? count * Float.BYTES : format.bytes(count);
        }

        long padded() {
            return Math.ceilDiv(bytes(), ALIGNMENT) * ALIGNMENT;
        }
    }

    List<Tensor> tensors() {
        BackboneConfig b = backbone;
        List<Tensor> all = new ArrayList<>();
        all.add(matrix("token_embd", b.hidden(), VOCAB));
        all.add(vector("output_norm.weight", b.hidden(), 1));
        all.add(matrix("output", b.hidden(), VOCAB));
        for (int layer = 0; layer < b.layers(); layer++) {
            String block = "blk." + layer + ".";
            all.add(vector(block + "attn_norm.weight", b.hidden(), 1));
            all.add(vector(block + "ffn_norm.weight", b.hidden(), 1));
            projection(all, block + "attn_q", b.queryWidth());
            projection(all, block + "attn_k", b.keyValueWidth());
            projection(all, block + "attn_v", b.keyValueWidth());
            all.add(matrix(block + "attn_output", b.queryWidth(), b.hidden()));
            all.add(matrix(block + "ffn_gate", b.hidden(), b.intermediate()));
            all.add(matrix(block + "ffn_up", b.hidden(), b.intermediate()));
            all.add(matrix(block + "ffn_down", b.intermediate(), b.hidden()));
        }
        return all;
    }

    /** Bytes of all tensors with what fills the gaps between them. */
    long bytes() {
        return tensors().stream().mapToLong(Tensor::padded).sum();
    }

    private void projection(List<Tensor> all, String name, long outputs) {
        all.add(matrix(name, backbone.hidden(), outputs));
        all.add(vector(name + ".bias", outputs, 0));
    }

    private Tensor matrix(String name, long inputs, long rows) {
        return new Tensor(name + ".weight", inputs, rows, format, 0);
    }

    private static Tensor vector(String name, long length, float value) {
        return new Tensor(name, length, 0, null, value);
    }
}
