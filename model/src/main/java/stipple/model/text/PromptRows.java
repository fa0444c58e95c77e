package stipple.model.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stipple.model.config.ModelConfig;
import stipple.model.image.TokenGrid;
import stipple.torch.UserException;

/**
 * Builds the rows a model is asked with (reference §3.2). Every row ends with the prefix of the image to draw:
 * {@code <|image_area|>}, its size in tokens, {@code <|begin_of_image|>}.
 *
 * <p>A tokenizer that defines a first token gets it once at the start of every row. (The published code prepends it and
 * then drops the first id of the prefix, which undoes a second one that such tokenizers add by themselves; here nothing
 * is added to the prefix, so nothing is dropped.)
 */
public final class PromptRows {
    private final PromptTokenizer tokenizer;
    private final ModelConfig config;
    private final boolean emptyAllowed;

    private PromptRows(PromptTokenizer tokenizer, ModelConfig config, boolean emptyAllowed) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.emptyAllowed = emptyAllowed;
    }

    /** Rows for a model; an empty prompt is refused. */
    public PromptRows(PromptTokenizer tokenizer, ModelConfig config) {
        this(tokenizer, config, false);
    }

    /** The same rows with empty prompts allowed: the model then draws whatever comes to it. */
    public PromptRows allowingEmpty() {
        return new PromptRows(tokenizer, config, true);
    }

    /**
     * A text-to-image row: the caption, a space and the positive prompt if there is one, the prefix.
     *
     * @param positive what is appended to every caption, may be empty
     * @param grid the image to draw
     * @throws UserException if the prompt is empty, too long or not text
     */
    public PromptRow textToImage(String caption, String positive, TokenGrid grid) {
        PromptCheck.check("prompt", caption, emptyAllowed);
        PromptCheck.check("positive prompt", positive, true);
        return row(positive.isEmpty() ? caption : caption + " " + positive, grid);
    }

    /**
     * An unconditional row: the negative prompt, which is usually empty and then no tokens at all, and the prefix.
     *
     * @throws UserException if the prompt is too long or not text
     */
    public PromptRow unconditional(String negative, TokenGrid grid) {
        PromptCheck.check("negative prompt", negative, true);
        return row(negative, grid);
    }

    /**
     * The row between the two of an edit: the first input image, the negative prompt without a separator, the prefix.
     *
     * @param input size of the first input image
     * @throws UserException if the prompt is too long or not text
     */
    public PromptRow imageAndNegative(TokenGrid input, String negative, TokenGrid grid) {
        PromptCheck.check("negative prompt", negative, true);
        return row(imageBlock(input) + negative, grid);
    }

    /**
     * An edit row: the instruction with each {@code <image>} replaced by the block of the next input image, the
     * positive prompt as in {@link #textToImage}, the prefix.
     *
     * @param inputs sizes of the input images, one per {@code <image>}
     * @throws UserException if the counts differ, there is no instruction, or the prompt is too long or not text
     */
    public PromptRow edit(String instruction, String positive, List<TokenGrid> inputs, TokenGrid grid) {
        PromptCheck.check("positive prompt", positive, true);
        PromptCheck.check("instruction", instruction, true);
        String[] parts = instruction.split(SpecialText.IMAGE_TAG, -1);
        if (inputs.isEmpty() || parts.length - 1 != inputs.size()) {
            throw new UserException("The instruction has " + (parts.length - 1) + " " + SpecialText.IMAGE_TAG
                    + " for " + inputs.size() + " input images; write it once per image, for example '"
                    + SpecialText.IMAGE_TAG + "make it red'");
        }
        PromptCheck.check("instruction", String.join("", parts), emptyAllowed);
        StringBuilder text = new StringBuilder(parts[0]);
        for (int i = 0; i < inputs.size(); i++) {
            text.append(imageBlock(inputs.get(i))).append(parts[i + 1]);
        }
        return row(positive.isEmpty() ? text.toString() : text + " " + positive, grid);
    }

    /** Each row the given number of times in succession: a, a, b, b (§3.3). */
    public static List<PromptRow> repeat(List<PromptRow> rows, int times) {
        List<PromptRow> result = new ArrayList<>();
        rows.forEach(row -> result.addAll(Collections.nCopies(times, row)));
        return result;
    }

    /**
     * A guided batch in block order (§2.8, §3.3): the conditional rows, then as many copies of each further row.
     *
     * @param conditional one row per image to draw
     * @param further the image-and-negative row if image guidance is on, then the unconditional row if guidance is on
     */
    public static List<PromptRow> blocks(List<PromptRow> conditional, List<PromptRow> further) {
        List<PromptRow> result = new ArrayList<>(conditional);
        further.forEach(row -> result.addAll(Collections.nCopies(conditional.size(), row)));
        return result;
    }

    /** The text of a whole input image; its size, placeholders and both ends. */
    private static String imageBlock(TokenGrid grid) {
        return SpecialText.IMAGE_AREA
                + grid.text()
                + SpecialText.BEGIN_OF_IMAGE
                + SpecialText.IMAGE_PLACEHOLDER.repeat(grid.count())
                + SpecialText.END_OF_IMAGE;
    }

    private PromptRow row(String text, TokenGrid grid) {
        int[] body = tokenizer.encode(text);
        int[] prefix = tokenizer.encode(SpecialText.IMAGE_AREA + grid.text());
        int[] ids = Stream.of(
                        tokenizer.bos().stream(),
                        IntStream.of(body),
                        IntStream.of(prefix),
                        IntStream.of(config.tokens().boi()))
                .flatMapToInt(part -> part)
                .toArray();
        long needed = (long) ids.length + grid.count();
        if (needed > config.backbone().maxPositions()) {
            throw new UserException("The prompt has " + ids.length + " tokens and the image " + grid.count()
                    + ", together " + needed + ", but the model holds only "
                    + config.backbone().maxPositions() + "; shorten the prompt or draw a smaller image");
        }
        return new PromptRow(ids);
    }
}
