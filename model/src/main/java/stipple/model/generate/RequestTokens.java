package stipple.model.generate;

import stipple.model.config.ModelConfig;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptTokenizer;

/**
 * How many tokens a request means to a model.
 *
 * @param text tokens of the prompt that the model reads
 * @param image tokens of pictures that it reads: of the one to edit, and of the rows that are kept of another
 * @param drawn tokens that it draws for each picture
 */
public record RequestTokens(int text, int image, int drawn) {
    /**
     * Checks that a request suits a model, as far as can be told without drawing, and counts.
     *
     * @throws stipple.torch.UserException if a text is empty, too long or not text, or the size or the rows to keep do not
     *     suit the model
     */
    public static RequestTokens of(ModelConfig config, PromptTokenizer tokenizer, GenerationRequest request) {
        RequestPlan plan = RequestPlan.of(config, tokenizer, request);
        PromptRow row = plan.branches().getFirst().row();
        int image = row.count(config.tokens().imagePlaceholder());
        return new RequestTokens(row.length() - image, image, plan.tokens());
    }
}
