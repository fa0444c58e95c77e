package stipple.train.recipe;

import java.util.List;
import stipple.torch.DType;
import stipple.torch.UserException;

/**
 * The model to train. Its shape is given here, or comes from what the run starts from; what is given must agree with that.
 *
 * @param init what to start from: the output of an earlier stage or any checkpoint of the model, or a Qwen2 or Qwen2.5
 *     folder; left out, random weights
 * @param tokenizer folder with the text tokenizer; left out, that of {@code init}
 * @param autoencoder folder of a trained image tokenizer, which stays frozen; left out, that of {@code init}
 * @param untie whether a language head that {@code init} shares with the embedding becomes one of its own
 * @param reinit beginnings of the names of tensors that start afresh though {@code init} has them
 * @param freeze beginnings of the names of tensors that are not trained, such as {@code image_head} or {@code layers.*.mlp}
 * @param vocab least number of rows of embedding and language head; left out, as many as the tokenizer has tokens
 * @param hidden width of the backbone
 * @param layers number of decoder layers
 * @param heads query heads
 * @param kvHeads key/value heads
 * @param intermediate width of the gated MLP
 * @param headDim width of the flow head
 * @param headLayers blocks of the flow head
 * @param headRepeats times and noises per image token ({@code fm_head_batch_mul}); after pre-training it may be left out and is
 *     that of {@code init}
 * @param textWeight weight of the language loss
 * @param imageWeight weight of the flow loss
 * @param noiseStrength noise on the last image token that the backbone reads; grows from 0 on the first; left out means 0
 * @param hide chance that a picture which is learnt reads its own tokens behind noise of a level of its own, most of them hardly or
 *     not at all, so that what comes next has to follow from the prompt; left out means 0
 * @param hideLevels lowest and highest level of that noise, evenly drawn from; left out, {@code 1 - u^3} with u from 0 to 1, so that
 *     half of the hidden pictures keep less than an eighth
 * @param timeMean mean of the normal number whose sigmoid is the time of a flow sample (0 is noise, 1 the token); below 0 the
 *     head sees more noise, where what it says follows from the prompt and the tokens before; left out means 0, as in the paper
 * @param dropText chance that the picture comes before its caption, which trains the unconditional branch; for pre-training
 * @param maxText longest caption in tokens
 * @param activationCheckpointing whether the layers are computed a second time on the way back instead of keeping their
 *     activations; left out means no
 * @param exportDtype type in which the trained model is written; left out means float32
 */
public record NextStepRecipe(
        String init,
        String tokenizer,
        String autoencoder,
        Boolean untie,
        List<String> reinit,
        List<String> freeze,
        Integer vocab,
        Integer hidden,
        Integer layers,
        Integer heads,
        Integer kvHeads,
        Integer intermediate,
        Integer headDim,
        Integer headLayers,
        Integer headRepeats,
        double textWeight,
        double imageWeight,
        Double noiseStrength,
        Double hide,
        List<Double> hideLevels,
        Double timeMean,
        Double dropText,
        int maxText,
        Boolean activationCheckpointing,
        String exportDtype) {
    /** Checks presence and ranges. */
    public NextStepRecipe {
        untie = untie != null && untie;
        reinit = reinit == null ? List.of() : List.copyOf(reinit);
        freeze = freeze == null ? List.of() : List.copyOf(freeze);
        if (init == null) {
            Checks.present("nextstep.tokenizer", tokenizer);
            Checks.present("nextstep.autoencoder", autoencoder);
            Checks.present("nextstep.hidden", hidden);
            Checks.present("nextstep.layers", layers);
            Checks.present("nextstep.heads", heads);
            Checks.present("nextstep.kv_heads", kvHeads);
            Checks.present("nextstep.intermediate", intermediate);
            Checks.present("nextstep.head_dim", headDim);
            Checks.present("nextstep.head_layers", headLayers);
            if (untie || !reinit.isEmpty()) {
                throw new UserException("Recipe: nextstep." + (untie ? "untie" : "reinit")
                        + " says what becomes of the weights of nextstep.init, which is missing");
            }
        }
        Checks.positiveIfGiven("nextstep.vocab", vocab);
        Checks.positiveIfGiven("nextstep.hidden", hidden);
        Checks.positiveIfGiven("nextstep.layers", layers);
        Checks.positiveIfGiven("nextstep.heads", heads);
        Checks.positiveIfGiven("nextstep.kv_heads", kvHeads);
        Checks.positiveIfGiven("nextstep.intermediate", intermediate);
        Checks.positiveIfGiven("nextstep.head_dim", headDim);
        Checks.positiveIfGiven("nextstep.head_layers", headLayers);
        Checks.positiveIfGiven("nextstep.head_repeats", headRepeats);
        Checks.notNegative("nextstep.text_weight", textWeight);
        Checks.notNegative("nextstep.image_weight", imageWeight);
        noiseStrength = noiseStrength == null ? 0 : noiseStrength;
        Checks.notNegative("nextstep.noise_strength", noiseStrength);
        hide = hide == null ? 0 : hide;
        if (!(hide >= 0 && hide <= 1)) {
            throw new UserException("Recipe: nextstep.hide must be from 0 to 1, got " + hide);
        }
        checkLevels(hide, hideLevels);
        timeMean = timeMean == null ? 0 : timeMean;
        if (dropText != null) {
            Checks.fraction("nextstep.drop_text", dropText);
        }
        Checks.positive("nextstep.max_text", maxText);
        activationCheckpointing = activationCheckpointing != null && activationCheckpointing;
        exportDtype = exportDtype == null ? "float32" : exportDtype;
        DType stored = DType.ofName(exportDtype);
        if (stored != DType.F32 && stored != DType.BF16) {
            throw new UserException("Recipe: nextstep.export_dtype must be float32 or bfloat16, got " + exportDtype);
        }
    }

    private static void checkLevels(double hide, List<Double> levels) {
        if (levels == null) {
            return;
        }
        if (levels.size() != 2 || !(0 <= levels.get(0) && levels.get(0) <= levels.get(1) && levels.get(1) <= 1)) {
            throw new UserException(
                    "Recipe: nextstep.hide_levels must be two numbers from 0 to 1, the lower first, such as"
                            + " [0, 0.8], got " + levels);
        }
        if (hide == 0) {
            throw new UserException("Recipe: nextstep.hide_levels has no effect while nextstep.hide is 0");
        }
    }

    /** Checks what pre-training needs and what comes after it does not. */
    void requireRows() {
        Checks.present("nextstep.head_repeats", headRepeats);
        Checks.present("nextstep.drop_text", dropText);
    }

    /** The type in which the trained model is written. */
    public DType exportType() {
        return DType.ofName(exportDtype);
    }
}
