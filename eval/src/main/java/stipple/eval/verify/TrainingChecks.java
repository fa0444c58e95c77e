package stipple.eval.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.NextStepModel;
import stipple.model.loss.FlowDraws;
import stipple.model.loss.NextStepLoss;
import stipple.model.loss.TrainingRows;
import stipple.model.vae.Patches;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** One training step: the loss, its parts, and gradients (reference §2.7). */
final class TrainingChecks implements CheckGroup {
    private static final String GRADIENT = "train.grad.";

    @Override
    public String prefix() {
        return "train.";
    }

    @Override
    public void run(Replay replay) {
        List<String> gradients = replay.recording().keys(GRADIENT, "");
        List<String> keys = new ArrayList<>(List.of("train.loss", "train.lm_loss", "train.image_loss"));
        keys.addAll(gradients);
        replay.recompute(keys, Comparison.SINGLE, out -> {
            Map<String, Tensor> parameters = new LinkedHashMap<>();
            for (String key : gradients) {
                Tensor parameter = parameter(replay, key.substring(GRADIENT.length()));
                if (parameter == null) {
                    out.fail(key, "the checkpoint has no such parameter");
                } else {
                    parameters.put(key, parameter);
                }
            }
            parameters.values().forEach(Autograd::track);
            NextStepLoss.Value value = loss(replay);
            out.compare("train.loss", value::total);
            out.compare("train.lm_loss", value::text);
            out.compare("train.image_loss", value::image);
            if (!parameters.isEmpty()) {
                Autograd.backward(value.total());
                parameters.forEach((key, parameter) -> out.compare(key, () -> gradient(parameter)));
                parameters.values().forEach(Autograd::clearGradient);
            }
        });
    }

    private static NextStepLoss.Value loss(Replay replay) {
        Recording recording = replay.recording();
        NextStepModel model = replay.checkpoint().model();
        Tensor tokens = Patches.unfold(
                recording.tensor("train.latents"), model.config().latent().patch());
        Tensor images = tokens.reshape(-1, tokens.size(-1));
        boolean[] targets = new boolean[Math.toIntExact(images.size(0))];
        Arrays.fill(targets, true);
        TrainingRows rows =
                new TrainingRows(recording.rows("train.input_ids"), recording.rows("train.labels"), images, targets);
        FlowDraws draws = new FlowDraws(recording.tensor("train.u"), recording.tensor("train.noise"));
        return new NextStepLoss(model).of(rows, n -> {
            if (draws.u().count() != n) {
                throw new UserException(draws.u().count() + " draws are recorded, the loss needs " + n);
            }
            return draws;
        });
    }

    /** The parameter of that name, or null. A tied language head has its gradient in the embedding. */
    private static Tensor parameter(Replay replay, String name) {
        boolean shared = name.equals("lm_head.weight")
                && replay.checkpoint().config().backbone().tied();
        return replay.checkpoint().weights().find(shared ? "embed_tokens.weight" : name);
    }

    /** What reached a parameter; nothing at all is a gradient of zeros. */
    private static Tensor gradient(Tensor parameter) {
        Tensor gradient = Autograd.gradient(parameter);
        return gradient == null ? Tensors.zeros(DType.F32, parameter.shape()) : gradient;
    }
}
