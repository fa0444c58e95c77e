package stipple.model.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import stipple.model.config.ModelConfig;
import stipple.model.files.AtomicFile;
import stipple.model.files.JsonObjectFile;
import stipple.model.text.PromptTokenizer;
import stipple.model.text.SpecialText;
import stipple.torch.UserException;

/** A tokenizer of single bytes with the image tokens where a config has them, for models that come without one. */
final class SyntheticTokenizer {
    private static final int BYTES = 256;

    /** Byte-level tokenizers write bytes that are no visible characters as those from here on. */
    private static final int MOVED = 256;

    private SyntheticTokenizer() {}

    /** Opens one for a model; nothing stays on disk. */
    static PromptTokenizer open(ModelConfig config) {
        try {
            Path folder = Files.createTempDirectory("stipple-tokenizer");
            Path file = folder.resolve("tokenizer.json");
            try {
                JsonObjectFile.write(file, json(config));
                return PromptTokenizer.open(folder, config);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UserException("Cannot write a temporary file: " + AtomicFile.reason(e), e);
        }
    }

    private static ObjectNode json(ModelConfig config) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("version", "1.0");
        ArrayNode added = json.putArray("added_tokens");
        added(added, config.tokens().boi(), SpecialText.BEGIN_OF_IMAGE);
        added(added, config.tokens().eoi(), SpecialText.END_OF_IMAGE);
        added(added, config.tokens().imagePlaceholder(), SpecialText.IMAGE_PLACEHOLDER);
        added(added, freeId(config), SpecialText.IMAGE_AREA);
        bytes(json.putObject("pre_tokenizer")).put("use_regex", true);
        bytes(json.putObject("decoder"));
        ObjectNode model = json.putObject("model").put("type", "BPE");
        ObjectNode vocab = model.putObject("vocab");
        int moved = MOVED;
        for (int b = 0; b < BYTES; b++) {
            boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
            vocab.put(String.valueOf((char) (visible ? b : moved++)), b);
        }
        model.putArray("merges");
        return json;
    }

    private static ObjectNode bytes(ObjectNode part) {
        return part.put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", true);
    }

    private static void added(ArrayNode list, int id, String text) {
        list.addObject()
                .put("id", id)
                .put("content", text)
                .put("special", true)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false);
    }

    /** Any id after the bytes that no other token has. */
    private static int freeId(ModelConfig config) {
        int id = BYTES;
        while (id == config.tokens().boi()
                || id == config.tokens().eoi()
                || id == config.tokens().imagePlaceholder()) {
            id++;
        }
        if (id >= config.backbone().vocab()) {
            throw new UserException("A vocabulary of " + config.backbone().vocab()
                    + " has no room for bytes and image tokens; use at least " + (BYTES + 4));
        }
        return id;
    }
}
