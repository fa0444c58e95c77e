package stipple.model.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import stipple.model.config.ModelConfig;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * Text to token ids by a checkpoint's {@code tokenizer.json}. Nothing is cut, padded or added; special tokens written in
 * the text become their ids. Safe for use by several threads.
 */
public final class PromptTokenizer implements AutoCloseable {
    private static final Map<String, String> OPTIONS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    private final TokenizerFiles files;
    private final HuggingFaceTokenizer tokenizer;

    private PromptTokenizer(TokenizerFiles files, HuggingFaceTokenizer tokenizer) {
        this.files = files;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens a tokenizer without a model.
     *
     * @param source a folder with {@code tokenizer.json}, or the file
     * @throws UserException if it is missing or malformed
     */
    public static PromptTokenizer open(Path source) {
        return of(TokenizerFiles.read(source));
    }

    /**
     * Opens the tokenizer of a language model and gives it the tokens of {@link SpecialText#ADDED} that it lacks, with the
     * ids behind its last one; for Qwen2.5 these are the ids of the released models (reference §3.1). The file stays as it
     * is.
     *
     * @throws UserException as {@link #open(Path)}
     */
    public static PromptTokenizer openExtended(Path source) {
        return of(TokenizerFiles.read(source).with(SpecialText.ADDED));
    }

    private static PromptTokenizer of(TokenizerFiles files) {
        TokenizerRuntime.prepare();
        try (InputStream in = new ByteArrayInputStream(files.json())) {
            return new PromptTokenizer(files, HuggingFaceTokenizer.newInstance(in, OPTIONS));
        } catch (EngineException unloadable) {
            throw new UserException(
                    "The native tokenizer library cannot be loaded: " + unloadable.getMessage(), unloadable);
        } catch (IOException failure) {
            throw new UserException("Cannot read " + files.file() + ": " + AtomicFile.reason(failure), failure);
        } catch (RuntimeException malformed) {
            // The native parser reports every mistake in the file as a plain RuntimeException.
            throw new UserException(
                    files.file() + " is not a tokenizer: "
                            + String.valueOf(malformed.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(""),
                    malformed);
        }
    }

    /**
     * Opens the tokenizer of a model and checks that both mean the same by the image tokens.
     *
     * @throws UserException if it is missing, malformed, or belongs to another model
     */
    public static PromptTokenizer open(Path source, ModelConfig config) {
        PromptTokenizer opened = open(source);
        try {
            opened.requireFit(config);
            return opened;
        } catch (RuntimeException misfit) {
            opened.close();
            throw misfit;
        }
    }

    /** The ids of a text; none for an empty one. */
    public int[] encode(String text) {
        return text.isEmpty()
                ? new int[0]
                : narrow(tokenizer.encode(text, false, false).getIds());
    }

    /** The text of ids, special tokens left out. */
    public String decode(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }

    /**
     * The id of an added token.
     *
     * @throws UserException if the tokenizer has none of that text
     */
    public int id(String added) {
        Integer id = files.added().get(added);
        if (id == null) {
            throw new UserException("The tokenizer " + files.file() + " has no token " + added);
        }
        return id;
    }

    /** Ids of all added tokens, by their texts. */
    public Map<String, Integer> added() {
        return files.added();
    }

    /** The id that begins every row, for a tokenizer that defines one; the released ones do not. */
    public OptionalInt bos() {
        if (files.bos().isEmpty()) {
            return OptionalInt.empty();
        }
        int[] ids = encode(files.bos().get());
        if (ids.length != 1) {
            throw new UserException("The tokenizer " + files.file() + " names "
                    + files.bos().get() + " as its first token, but that is " + ids.length + " tokens");
        }
        return OptionalInt.of(ids[0]);
    }

    /** {@code tokenizer.json} as it is used. */
    public byte[] json() {
        return files.json();
    }

    /** How many tokens were added to those of the file, behind its last. */
    public int extension() {
        return files.extended() == null
                ? 0
                : files.size() - TokenizerFiles.read(files.file()).size();
    }

    /** One more than the highest id. */
    public int size() {
        return files.size();
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private void requireFit(ModelConfig config) {
        Map<String, Integer> wanted = Map.of(
                SpecialText.BEGIN_OF_IMAGE, config.tokens().boi(),
                SpecialText.END_OF_IMAGE, config.tokens().eoi(),
                SpecialText.IMAGE_PLACEHOLDER, config.tokens().imagePlaceholder());
        id(SpecialText.IMAGE_AREA);
        wanted.forEach((text, id) -> {
            if (id(text) != id) {
                throw new UserException("The tokenizer " + files.file() + " gives " + text + " the id " + id(text)
                        + ", the model's config says " + id);
            }
        });
        if (size() > config.backbone().vocab()) {
            throw new UserException("The tokenizer " + files.file() + " has " + size() + " tokens, the model only "
                    + config.backbone().vocab());
        }
    }

    private static int[] narrow(long[] ids) {
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }
}
