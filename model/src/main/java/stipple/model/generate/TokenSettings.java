package stipple.model.generate;

import stipple.model.config.GuidanceSchedule;
import stipple.model.flow.Guidance;
import stipple.model.flow.Sampler;

/**
 * How image tokens are drawn.
 *
 * @param tokens tokens per picture
 * @param guidance scales before the schedule
 * @param schedule how the scales move over the tokens
 * @param sampler turns noise into tokens
 * @param steps evaluations of the head per token
 * @param shift timestep shift, 1 for none
 * @param normalize whether each token is normalised before it is fed back and decoded (§2.10)
 * @param contextNoise level of the noise over tokens as they are read back, 0 for none
 */
public record TokenSettings(
        int tokens,
        Guidance guidance,
        GuidanceSchedule schedule,
        Sampler sampler,
        int steps,
        double shift,
        boolean normalize,
        double contextNoise) {}
