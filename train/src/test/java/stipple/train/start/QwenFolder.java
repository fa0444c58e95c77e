package stipple.train.start;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.data.bpe.BpeTrainer;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.files.WeightFiles;

/**
 * A language model as Hugging Face stores Qwen2.5, tiny and random: names with {@code model.}, no token of pictures.
 *
 * @param weights values by stored name
 * @param tokens tokens that its tokenizer knows
 */
record QwenFolder(Path folder, Map<String, float[]> weights, int tokens) {
    static final int HIDDEN = 16;
    static final int POSITIONS = 512;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Writes one.
     *
     * @param rows of the embedding; more than there are tokens, as in the real ones
     * @param tied whether the head is the embedding
     */
    static QwenFolder write(Path folder, int rows, boolean tied) throws IOException {
        Files.createDirectories(folder);
        int tokens = tokenizer(folder);
        ObjectNode config = JSON.createObjectNode();
        config.putArray("architectures").add("Qwen2ForCausalLM");
        config.put("model_type", "qwen2").put("hidden_act", "silu").put("hidden_size", HIDDEN);
        config.put("num_hidden_layers", 2).put("num_attention_heads", 2).put("num_key_value_heads", 1);
        config.put("intermediate_size", 24).put("rms_norm_eps", 1e-6).put("rope_theta", 1e6);
        config.put("vocab_size", rows).put("max_position_embeddings", POSITIONS);
        config.put("tie_word_embeddings", tied).put("use_sliding_window", false).put("bos_token_id", 1);
        config.put("eos_token_id", tokens - 1).put("torch_dtype", "float32");
        Files.writeString(folder.resolve("config.json"), config.toPrettyString());
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", new long[] {rows, HIDDEN});
        for (int i = 0; i < 2; i++) {
            String layer = "model.layers." + i + ".";
            shapes.put(layer + "input_layernorm.weight", new long[] {HIDDEN});
            for (String part : List.of("q_proj", "k_proj", "v_proj")) {
                long out = part.equals("q_proj") ? HIDDEN : HIDDEN / 2;
                shapes.put(layer + "self_attn." + part + ".weight", new long[] {out, HIDDEN});
                shapes.put(layer + "self_attn." + part + ".bias", new long[] {out});
            }
            shapes.put(layer + "self_attn.o_proj.weight", new long[] {HIDDEN, HIDDEN});
            shapes.put(layer + "post_attention_layernorm.weight", new long[] {HIDDEN});
            shapes.put(layer + "mlp.gate_proj.weight", new long[] {24, HIDDEN});
            shapes.put(layer + "mlp.up_proj.weight", new long[] {24, HIDDEN});
            shapes.put(layer + "mlp.down_proj.weight", new long[] {HIDDEN, 24});
        }
        shapes.put("model.norm.weight", new long[] {HIDDEN});
        if (!tied) {
            shapes.put("lm_head.weight", new long[] {rows, HIDDEN});
        }
        Map<String, float[]> values = new LinkedHashMap<>();
        try (Scope scope = Scope.open();
                Rng rng = new Rng(11)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes.forEach((name, shape) ->
                    tensors.put(name, rng.normal(shape).mul(0.05).add(shape.length == 1 ? 1 : 0)));
            tensors.forEach((name, tensor) -> values.put(name, tensor.toFloats()));
            WeightFiles.write(folder.resolve("model.safetensors"), tensors);
        }
        return new QwenFolder(folder, values, tokens);
    }

    /** A vocabulary whose only special token is the end of text. */
    private static int tokenizer(Path folder) throws IOException {
        BpeTrainer.train(List.of("a red square, flat style", "a blue disc, flat style"), 279)
                .write(folder);
        ObjectNode json =
                (ObjectNode) JSON.readTree(folder.resolve("tokenizer.json").toFile());
        ArrayNode kept = JSON.createArrayNode();
        int size = 0;
        for (JsonNode token : json.path("added_tokens")) {
            if (token.path("content").asText().equals("<|endoftext|>")) {
                kept.add(token);
                size = token.path("id").asInt() + 1;
            }
        }
        json.set("added_tokens", kept);
        Files.writeString(folder.resolve("tokenizer.json"), json.toPrettyString());
        Files.deleteIfExists(folder.resolve("special_tokens_map.json"));
        Files.deleteIfExists(folder.resolve("tokenizer_config.json"));
        return size;
    }
}
