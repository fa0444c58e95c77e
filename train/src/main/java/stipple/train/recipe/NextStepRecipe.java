package stipple.train.recipe;

/**
 * The model to train from scratch.
 *
 * @param tokenizer folder with the text tokenizer
 * @param autoencoder folder of a trained image tokenizer; it stays frozen
 * @param hidden width of the backbone
 * @param layers number of decoder layers
 * @param heads query heads
 * @param kvHeads key/value heads
 * @param intermediate width of the gated MLP
 * @param headDim width of the flow head
 * @param headLayers blocks of the flow head
 * @param headRepeats times and noises per image token ({@code fm_head_batch_mul})
 * @param textWeight weight of the language loss
 * @param imageWeight weight of the flow loss
 * @param dropText chance that the picture comes before its caption, which trains the unconditional branch
 * @param maxText longest caption in tokens
 * @param activationCheckpointing whether the layers are computed a second time on the way back instead of keeping their
 *     activations; left out means no
 */
public record NextStepRecipe(
        String tokenizer,
        String autoencoder,
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int intermediate,
        int headDim,
        int headLayers,
        int headRepeats,
        double textWeight,
        double imageWeight,
        double dropText,
        int maxText,
        Boolean activationCheckpointing) {
    /** Checks presence and ranges. */
    public NextStepRecipe {
        Checks.present("nextstep.tokenizer", tokenizer);
        Checks.present("nextstep.autoencoder", autoencoder);
        Checks.positive("nextstep.hidden", hidden);
        Checks.positive("nextstep.layers", layers);
        Checks.positive("nextstep.heads", heads);
        Checks.positive("nextstep.kv_heads", kvHeads);
        Checks.positive("nextstep.intermediate", intermediate);
        Checks.positive("nextstep.head_dim", headDim);
        Checks.positive("nextstep.head_layers", headLayers);
        Checks.positive("nextstep.head_repeats", headRepeats);
        Checks.notNegative("nextstep.text_weight", textWeight);
        Checks.notNegative("nextstep.image_weight", imageWeight);
        Checks.fraction("nextstep.drop_text", dropText);
        Checks.positive("nextstep.max_text", maxText);
        activationCheckpointing = activationCheckpointing != null && activationCheckpointing;
    }
}
