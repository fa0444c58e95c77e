package stipple.model.flow;

import java.util.Arrays;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/** How the deterministic sampler integrates the velocity. */
public enum SolverKind {
    /** First order, as published. */
    EULER("euler"),
    /** Second order: the velocity in the middle of the interval, found by half an Euler step. */
    MIDPOINT("midpoint"),
    /** Second order: the mean of the velocities at both ends of the interval. */
    HEUN("heun"),
    /** Second order with one evaluation per interval: Adams-Bashforth, extrapolating from the last two velocities. */
    AB2("ab2");

    private final String id;

    SolverKind(String id) {
        this.id = id;
    }

    /** The name on the command line and in requests. */
    public String id() {
        return id;
    }

    /**
     * The solver of that name.
     *
     * @throws UserException if there is none
     */
    public static SolverKind of(String id) {
        for (SolverKind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        throw new UserException("Unknown solver '" + id + "'; use one of "
                + Arrays.stream(values()).map(SolverKind::id).collect(Collectors.joining(", ")));
    }
}
