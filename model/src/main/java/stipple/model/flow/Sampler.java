package stipple.model.flow;

import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Turns noise into tokens along a velocity field (reference §2.9). */
public sealed interface Sampler permits DriftSampler, EstimateSampler, OdeSolver {
    /**
     * The sampler as a list of updates.
     *
     * @param steps evaluations of the field
     * @param shift timestep shift, 1 for none
     */
    SolverProgram program(int steps, double shift);

    /**
     * Samples tokens.
     *
     * @param field the velocity, guidance included
     * @param noise first the starting point, then one draw per stochastic step
     * @param steps evaluations of the field
     * @param shift timestep shift, 1 for none
     * @return float32 {@code [n, token]}
     */
    default Tensor sample(VelocityField field, NoiseSource noise, int steps, double shift) {
        try (Scope scope = Scope.open()) {
            SolverProgram program = program(steps, shift);
            Tensor start = noise.next();
            float[][] draws = new float[program.draws() + 1][];
            draws[0] = start.toFloats();
            for (int i = 1; i < draws.length; i++) {
                draws[i] = noise.next().toFloats();
            }
            SolverRun run = new SolverRun(program, draws);
            while (run.advance()) {
                try (Scope step = Scope.open()) {
                    run.velocity(field.at(Tensors.of(run.point(), start.shape()), run.time())
                            .toFloats());
                }
            }
            return scope.keep(Tensors.of(run.point(), start.shape()));
        }
    }
}
