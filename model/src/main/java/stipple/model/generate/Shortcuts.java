package stipple.model.generate;

import stipple.model.config.SamplerKind;
import stipple.model.flow.SolverKind;
import stipple.torch.UserException;

/**
 * Ways to ask the flow head less often. None is on by default, because each changes the picture.
 *
 * @param stepsEnd evaluations for the last token; between it and the first token they fall in a straight line (DiSA, arXiv
 *     2505.20297); 0 keeps the number the same for all tokens
 * @param solver how the sampler {@code ode} integrates
 * @param reuse every how many steps the head is evaluated; in between its last velocity serves again; 1 is every step
 * @param reuseTolerance relative change of the velocity below which the following step reuses it; 0 never does
 */
public record Shortcuts(int stepsEnd, SolverKind solver, int reuse, double reuseTolerance) {
    /** None of them. */
    public static final Shortcuts NONE = new Shortcuts(0, SolverKind.EULER, 1, 0);

    /** Most steps that one velocity may serve. */
    public static final int MAX_REUSE = 100;

    /** Checks ranges. */
    public Shortcuts {
        if (stepsEnd < 0 || stepsEnd > GenerationRequest.MAX_STEPS) {
            throw new UserException("The steps of the last token must be from 1 to " + GenerationRequest.MAX_STEPS
                    + ", or 0 for as many as the first one has, got " + stepsEnd);
        }
        if (reuse < 1 || reuse > MAX_REUSE) {
            throw new UserException("A velocity can serve 1 (no reuse) to " + MAX_REUSE + " steps, got " + reuse);
        }
        if (!(reuseTolerance >= 0 && reuseTolerance <= 1)) {
            throw new UserException("The reuse tolerance must be from 0 (off) to 1, got " + reuseTolerance);
        }
        if (solver != SolverKind.EULER && (reuse > 1 || reuseTolerance > 0)) {
            throw new UserException("Velocities can be reused with the solver euler only, not with " + solver.id());
        }
    }

    /**
     * Checks that they suit the rest of a request.
     *
     * @throws UserException if not
     */
    void require(int steps, SamplerKind sampler) {
        if (stepsEnd > steps) {
            throw new UserException("The steps fall from the first token to the last, so the last one's " + stepsEnd
                    + " must be at most " + steps);
        }
        if (solver != SolverKind.EULER && sampler != SamplerKind.ODE) {
            throw new UserException("The solver " + solver.id() + " integrates the sampler ode, not " + sampler.id()
                    + "; use --sampler ode");
        }
    }

    /** Evaluations for one token of a picture. */
    int stepsAt(int steps, int token, int tokens) {
        if (stepsEnd == 0 || tokens == 1) {
            return steps;
        }
        return (int) Math.round(steps + (stepsEnd - steps) * (double) token / (tokens - 1));
    }
}
