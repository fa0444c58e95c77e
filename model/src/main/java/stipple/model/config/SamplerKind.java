package stipple.model.config;

import java.util.Arrays;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/** The published samplers (reference §2.9). */
public enum SamplerKind {
    /** NextStep-1 on GitHub: stochastic steps and one deterministic last step of 0.04. */
    S1("s1"),
    /** NextStep-1.1 on its model card: the same drift, noise in every step. */
    S2("s2"),
    /** GitHub 2026, {@code sde}. */
    S3_SDE("s3-sde"),
    /** GitHub 2026, {@code cps}. */
    S3_CPS("s3-cps"),
    /** Deterministic Euler steps. */
    ODE("ode");

    private final String id;

    SamplerKind(String id) {
        this.id = id;
    }

    /** The name on the command line and in config files. */
    public String id() {
        return id;
    }

    /**
     * The sampler of that name.
     *
     * @throws UserException if there is none
     */
    public static SamplerKind of(String id) {
        for (SamplerKind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        throw new UserException("Unknown sampler '" + id + "'; use one of "
                + Arrays.stream(values()).map(SamplerKind::id).collect(Collectors.joining(", ")));
    }
}
