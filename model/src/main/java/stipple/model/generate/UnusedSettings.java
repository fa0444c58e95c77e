package stipple.model.generate;

import java.util.Set;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.torch.UserException;

/** Refuses settings that somebody gave and that the rest of the request makes pointless: nothing is ignored silently. */
public final class UnusedSettings {
    private static final Set<SamplerKind> NOISY = Set.of(SamplerKind.S3_SDE, SamplerKind.S3_CPS);

    private UnusedSettings() {}

    /**
     * Checks a request.
     *
     * @param given the {@linkplain RequestJson#keys() keys} that were given rather than taken from defaults
     * @throws UserException if one of them cannot change the picture
     */
    public static void refuse(Set<String> given, GenerationRequest request) {
        boolean guided = request.cfg() > 1 || request.cfgImage() > 1;
        if (given.contains("noise_level") && !NOISY.contains(request.sampler())) {
            throw new UserException("The noise level has no effect on the sampler "
                    + request.sampler().id() + "; use s3-sde or s3-cps, or leave the noise level out");
        }
        if (given.contains("negative") && !request.negative().isEmpty() && !guided) {
            throw new UserException(
                    "The negative prompt has no effect without guidance; set cfg above 1, or leave it out");
        }
        if (given.contains("cfg_schedule") && request.cfgSchedule() != GuidanceSchedule.CONSTANT && !guided) {
            throw new UserException("The guidance schedule "
                    + request.cfgSchedule().id() + " has no effect without guidance; set cfg above 1, or leave it out");
        }
    }
}
