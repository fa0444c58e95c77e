package stipple.train.start;

import stipple.model.config.SpecialTokens;
import stipple.model.text.PromptTokenizer;
import stipple.model.text.SpecialText;

/**
 * What a model's shape depends on of its tokenizer.
 *
 * @param size one more than the highest id
 * @param known how many of these, from 0, a model that the run starts from knows already
 * @param tokens the special ones
 */
public record Vocabulary(int size, int known, SpecialTokens tokens) {
    /**
     * That of a tokenizer.
     *
     * @throws stipple.torch.UserException if a special token is missing
     */
    public static Vocabulary of(PromptTokenizer tokenizer) {
        return new Vocabulary(
                tokenizer.size(),
                tokenizer.size() - tokenizer.extension(),
                new SpecialTokens(
                        tokenizer.id(SpecialText.BEGIN_OF_IMAGE),
                        tokenizer.id(SpecialText.END_OF_IMAGE),
                        tokenizer.id(SpecialText.IMAGE_PLACEHOLDER),
                        tokenizer.id(SpecialText.PAD),
                        tokenizer.id(SpecialText.END_OF_TEXT)));
    }

    /** A stand-in for a tokenizer that is not there, to count with. */
    public static Vocabulary assumed(int size) {
        return new Vocabulary(size, size, new SpecialTokens(size - 4, size - 3, size - 2, size - 1, size - 5));
    }
}
