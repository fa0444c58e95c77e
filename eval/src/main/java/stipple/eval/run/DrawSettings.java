package stipple.eval.run;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import stipple.model.config.ModelConfig;
import stipple.model.generate.GenerationRequest;
import stipple.model.image.ImageSize;

/**
 * How a suite's pictures are drawn; null leaves the choice to the model.
 *
 * @param steps evaluations of the head per token
 * @param cfg guidance
 * @param size of the pictures
 */
public record DrawSettings(Integer steps, Double cfg, ImageSize size) {
    /** Everything as the model recommends. */
    public static final DrawSettings OF_THE_MODEL = new DrawSettings(null, null, null);

    /** A request of one picture. */
    GenerationRequest request(ModelConfig config, PictureOrder order) {
        GenerationRequest.Builder builder = GenerationRequest.with(config.generation())
                .prompt(order.prompt())
                .seed(order.seed());
        if (steps != null) {
            builder.steps(steps);
        }
        if (cfg != null) {
            builder.cfg(cfg);
        }
        if (size != null) {
            builder.size(size);
        }
        if (order.input() != null) {
            builder.input(order.input());
        }
        return builder.build();
    }

    /** A request with what is in force, of no prompt. */
    public GenerationRequest sample(ModelConfig config) {
        return request(config, new PictureOrder("", "", 0));
    }

    /** What is in force for a model, by name, for reports and for telling one run from another. */
    public Map<String, String> inForce(ModelConfig config) {
        GenerationRequest request = sample(config);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("size", request.size().width() + "x" + request.size().height());
        all.put("steps", String.valueOf(request.steps()));
        all.put("cfg", String.valueOf(request.cfg()));
        all.put("cfg_schedule", request.cfgSchedule().name().toLowerCase(Locale.ROOT));
        all.put("sampler", request.sampler().name().toLowerCase(Locale.ROOT));
        all.put("shift", String.valueOf(request.shift()));
        all.put("use_norm", String.valueOf(request.useNorm()));
        all.put("positive", request.positive());
        all.put("negative", request.negative());
        return all;
    }
}
