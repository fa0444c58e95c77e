package stipple.data.bpe;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import stipple.data.DataException;

/**
 * A trained vocabulary in the form of Hugging Face's tokenizer.json, with NextStep-1's special tokens directly behind
 * it (reference §3.1).
 *
 * @param vocabulary base tokens to ids 0, 1, …
 * @param merges in order of priority
 */
public record TokenizerFiles(Map<String, Integer> vocabulary, List<Merge> merges) {
    /** End of text; also ends every training sample. */
    public static final String END_OF_TEXT = "<|endoftext|>";
    /** Fills rows. */
    public static final String PAD = "[PAD]";

    /** The special tokens in the order of their ids, the first of which is {@link #baseSize()}. */
    public static final List<String> SPECIAL_TOKENS = List.of(
            END_OF_TEXT,
            PAD,
            "<|image_area|>",
            "<|begin_of_image|>",
            "<|end_of_image|>",
            "<|image_placeholder|>",
            "<|begin_of_prompt_refinement|>",
            "<|end_of_prompt_refinement|>",
            "<|begin_of_thinking|>",
            "<|end_of_thinking|>",
            "<|beginoftext|>");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Two tokens that are joined, as alphabet characters. */
    public record Merge(String left, String right) {}

    /** Tokens without the special ones. */
    public int baseSize() {
        return vocabulary.size();
    }

    /** All tokens. */
    public int totalSize() {
        return baseSize() + SPECIAL_TOKENS.size();
    }

    /** Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json. */
    public void write(Path folder) {
        try {
            Files.createDirectories(folder);
            write(folder.resolve("tokenizer.json"), tokenizer());
            write(folder.resolve("tokenizer_config.json"), config());
            write(folder.resolve("special_tokens_map.json"), specialTokens());
        } catch (IOException e) {
            throw new DataException("cannot write the tokenizer to " + folder + ": " + e.getMessage(), e);
        }
    }

    private ObjectNode tokenizer() {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int i = 0; i < SPECIAL_TOKENS.size(); i++) {
            added.addObject()
                    .put("id", baseSize() + i)
                    .put("content", SPECIAL_TOKENS.get(i))
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        root.putObject("normalizer").put("type", "NFC");
        ObjectNode pre = root.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = pre.putArray("pretokenizers");
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", Pretokenizer.QWEN);
        split.put("behavior", "Isolated").put("invert", false);
        steps.add(byteLevel());
        root.set("post_processor", byteLevel());
        root.set("decoder", byteLevel());
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout").putNull("unk_token");
        model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode vocab = model.putObject("vocab");
        vocabulary.forEach(vocab::put);
        ArrayNode list = model.putArray("merges");
        merges.forEach(m -> list.add(m.left() + " " + m.right()));
        return root;
    }

    private static ObjectNode byteLevel() {
        return JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
    }

    private ObjectNode config() {
        ObjectNode root = JSON.createObjectNode();
        root.put("add_bos_token", false).put("add_eos_token", false).put("add_prefix_space", false);
        ObjectNode decoder = root.putObject("added_tokens_decoder");
        for (int i = 0; i < SPECIAL_TOKENS.size(); i++) {
            decoder.putObject(Integer.toString(baseSize() + i))
                    .put("content", SPECIAL_TOKENS.get(i))
                    .put("lstrip", false)
                    .put("normalized", false)
                    .put("rstrip", false)
                    .put("single_word", false)
                    .put("special", true);
        }
        SPECIAL_TOKENS.subList(2, SPECIAL_TOKENS.size()).forEach(root.putArray("additional_special_tokens")::add);
        root.putNull("bos_token");
        root.put("clean_up_tokenization_spaces", false);
        root.put("eos_token", END_OF_TEXT);
        root.put("errors", "replace");
        root.put("pad_token", PAD);
        root.put("padding_side", "left");
        root.put("split_special_tokens", false);
        root.put("tokenizer_class", "Qwen2Tokenizer");
        root.putNull("unk_token");
        return root;
    }

    private static ObjectNode specialTokens() {
        ObjectNode root = JSON.createObjectNode();
        SPECIAL_TOKENS.subList(2, SPECIAL_TOKENS.size()).forEach(root.putArray("additional_special_tokens")::add);
        root.put("eos_token", END_OF_TEXT);
        root.put("pad_token", PAD);
        return root;
    }

    private static void write(Path file, ObjectNode content) throws IOException {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(lines);
        printer.indentArraysWith(lines);
        Files.writeString(file, JSON.writer(printer).writeValueAsString(content) + "\n");
    }
}
