package stipple.eval.run;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import stipple.model.config.ModelConfig;
import stipple.model.config.SamplerKind;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.RequestBuilder;
import stipple.model.generate.UnusedSettings;
import stipple.model.image.ImageSize;

/**
 * How a suite's pictures are drawn; null leaves the choice to the model.
 *
 * @param steps evaluations of the head per token
 * @param cfg guidance
 * @param size of the pictures
 * @param positive appended to each prompt
 * @param negative what guidance keeps away from
 * @param sampler of the flow
 * @param shift of the time grid
 * @param contextNoise level of the noise over tokens as they are read back
 */
public record DrawSettings(
        Integer steps,
        Double cfg,
        ImageSize size,
        String positive,
        String negative,
        SamplerKind sampler,
        Double shift,
        Double contextNoise) {
    /** Steps, guidance and size as given, the rest as the model recommends. */
    public DrawSettings(Integer steps, Double cfg, ImageSize size) {
        this(steps, cfg, size, null, null, null, null, null);
    }

    /** A request of one picture. */
    GenerationRequest request(ModelConfig config, PictureOrder order) {
        RequestBuilder builder = GenerationRequest.with(config.generation())
                .prompt(order.prompt())
                .seed(order.seed());
        given(steps, builder::steps);
        given(cfg, builder::cfg);
        given(size, builder::size);
        given(positive, builder::positive);
        given(negative, builder::negative);
        given(sampler, builder::sampler);
        given(shift, builder::shift);
        given(contextNoise, builder::contextNoise);
        given(order.input(), builder::input);
        GenerationRequest request = builder.build();
        UnusedSettings.refuse(negative == null ? Set.of() : Set.of("negative"), request);
        return request;
    }

    private static <T> void given(T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
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
        all.put("context_noise", String.valueOf(request.contextNoise()));
        all.put("positive", request.positive());
        all.put("negative", request.negative());
        return all;
    }
}
