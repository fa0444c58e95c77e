package stipple.model.generate;

import stipple.model.config.SamplerKind;
import stipple.model.flow.DriftSampler;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.OdeSolver;
import stipple.model.flow.Sampler;
import stipple.model.flow.SolverKind;

/** Finds the sampler that a request names. */
public final class Samplers {
    private Samplers() {}

    /** The sampler of a kind; the noise level concerns the S3 samplers only. */
    public static Sampler of(SamplerKind kind, double noiseLevel) {
        return switch (kind) {
            case S1 -> DriftSampler.S1;
            case S2 -> DriftSampler.S2;
            case S3_SDE -> new EstimateSampler(EstimateSampler.Mode.SDE, noiseLevel);
            case S3_CPS -> new EstimateSampler(EstimateSampler.Mode.CPS, noiseLevel);
            case ODE -> new EstimateSampler(EstimateSampler.Mode.ODE, noiseLevel);
        };
    }

    /** The sampler of a kind; the solver concerns the deterministic one only. */
    static Sampler of(SamplerKind kind, double noiseLevel, SolverKind solver) {
        return kind == SamplerKind.ODE ? new OdeSolver(solver) : of(kind, noiseLevel);
    }
}
