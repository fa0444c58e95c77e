package stipple.train.recipe;

import java.util.List;
import stipple.model.lora.LoraConfig;

/**
 * Fine-tuning by low-rank adapters: the model stays as it is, two thin factors beside each chosen layer are trained.
 *
 * @param rank width of the bottleneck
 * @param alpha what the adapters add is scaled by {@code alpha / rank}; left out, twice the rank
 * @param targets layers by the last part of their names or by their whole names; left out, attention and MLP of the
 *     backbone
 * @param dropout chance that an adapter does not see an input feature for a step; left out, 0
 */
public record LoraRecipe(int rank, Double alpha, List<String> targets, Double dropout) {
    /** Checks ranges and fills in what was left out. */
    public LoraRecipe {
        Checks.positive("lora.rank", rank);
        alpha = alpha == null ? 2.0 * rank : alpha;
        Checks.positive("lora.alpha", alpha);
        targets = targets == null ? LoraConfig.BACKBONE : List.copyOf(targets);
        dropout = dropout == null ? 0 : dropout;
        Checks.fraction("lora.dropout", dropout);
    }

    /** As the model knows it. */
    public LoraConfig config() {
        return new LoraConfig(rank, alpha, targets);
    }
}
