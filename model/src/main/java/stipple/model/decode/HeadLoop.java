package stipple.model.decode;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import stipple.model.flow.FlowHead;
import stipple.model.flow.Guidance;
import stipple.model.flow.SolverProgram;
import stipple.model.flow.SolverShape;
import stipple.model.flow.SolverStep;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The whole solver loop of one token for some pictures, as operations of the device on memory that stays where it is: noise,
 * scales and times go in by one copy, the token comes out, and nothing in between waits for the host. The numbers are those
 * of {@link stipple.model.flow.SolverRun}, to the bit.
 */
final class HeadLoop implements AutoCloseable {
    /** Weights of an update: of the point, the base, the velocity, the one before, the draw. */
    private static final int TERMS = 5;

    /**
     * What decides which operations run.
     *
     * @param pictures places for pictures
     * @param branches guidance branches of each
     * @param shape of their programs
     */
    record Key(int pictures, int branches, SolverShape shape) {
        int rows() {
            return pictures * branches;
        }
    }

    private final Key key;
    private final FlowHead head;
    private final int width;
    private final Scope owner = Scope.detached();

    /** Conditions {@code [pictures * branches, hidden]}, pictures first. */
    private final Tensor condition;

    /** Embedded times {@code [evaluations, pictures, dim]}. */
    private final Tensor times;

    /** Float64 {@code [steps, terms, pictures, 1]}. */
    private final Tensor updates;

    private final Tensor updatesStaging;

    /** Float32 {@code [1 + draws, pictures, token]}, and behind it the scales {@code [2, pictures, 1]}. */
    private final Tensor inputs;

    private final Tensor inputsStaging;

    /** Float32 {@code [pictures, token]}. */
    private final Tensor token;

    private final SolverProgram[] loaded;

    HeadLoop(Key key, FlowHead head, int hidden, int dim, int width, Device device) {
        this.key = key;
        this.head = head;
        this.width = width;
        SolverShape shape = key.shape();
        long steps = shape.steps().size();
        long floats = (1L + shape.draws()) * key.pictures() * width + 2L * key.pictures();
        loaded = new SolverProgram[key.pictures()];
        try (Scope scope = Scope.open()) {
            // Places without a picture hold zeros: finite, and read by nobody.
            condition = zeros(head.compute(), device, key.rows(), hidden);
            times = zeros(head.compute(), device, shape.evaluations(), key.pictures(), dim);
            updates = zeros(DType.F64, device, steps, TERMS, key.pictures(), 1);
            inputs = zeros(DType.F32, device, floats);
            token = zeros(DType.F32, device, key.pictures(), width);
            updatesStaging = owner.adopt(
                    Tensors.staging(device, DType.F64, updates.shape()).zeroInPlace());
            inputsStaging =
                    owner.adopt(Tensors.staging(device, DType.F32, floats).zeroInPlace());
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    private Tensor zeros(DType type, Device device, long... shape) {
        return owner.adopt(Tensors.zeros(type, shape).to(device));
    }

    /** Where the token of a picture appears, {@code [1, token]}. */
    Tensor token(int picture) {
        return token.narrow(0, picture, 1);
    }

    /** Where the tokens of the first so many pictures appear, {@code [pictures, token]}. */
    Tensor tokens(int pictures) {
        return token.narrow(0, 0, pictures);
    }

    /**
     * Puts in what the next run is about. What an earlier call put in must have been read, that is, its token waited for.
     *
     * @param draws at most as many as there are places
     * @param conditions of their branches, one after the other {@code [rows, hidden]}
     * @param time embedded times {@code [evaluations, dim]} of a program
     */
    void fill(List<TokenDraw> draws, Tensor conditions, Function<SolverProgram, Tensor> time) {
        condition.narrow(0, 0, conditions.size(0)).copyAsync(conditions);
        MemorySegment floats = inputsStaging.bytes();
        long scales = (1L + key.shape().draws()) * key.pictures() * width;
        boolean changed = false;
        for (int place = 0; place < draws.size(); place++) {
            TokenDraw draw = draws.get(place);
            for (int i = 0; i < draw.noise().length; i++) {
                long at = ((long) i * key.pictures() + place) * width;
                MemorySegment.copy(draw.noise()[i], 0, floats, JAVA_FLOAT, at * Float.BYTES, width);
            }
            floats.setAtIndex(
                    JAVA_FLOAT, scales + place, (float) draw.guidance().text());
            floats.setAtIndex(JAVA_FLOAT, scales + key.pictures() + place, (float)
                    draw.guidance().image());
            changed |= load(place, draw.program(), time);
        }
        inputs.copyAsync(inputsStaging);
        if (changed) {
            updates.copyAsync(updatesStaging);
        }
    }

    /** Puts a program into a place unless it is there from the token before. */
    private boolean load(int place, SolverProgram program, Function<SolverProgram, Tensor> time) {
        if (program.equals(loaded[place])) {
            return false;
        }
        MemorySegment doubles = updatesStaging.bytes();
        for (int i = 0; i < program.steps().size(); i++) {
            SolverStep step = program.steps().get(i);
            double[] terms = {step.point(), step.base(), step.velocity(), step.previous(), step.noise()};
            for (int term = 0; term < TERMS; term++) {
                doubles.setAtIndex(JAVA_DOUBLE, ((long) i * TERMS + term) * key.pictures() + place, terms[term]);
            }
        }
        times.select(1, place).copyAsync(time.apply(program));
        loaded[place] = program;
        return true;
    }

    /** Queues the operations: from the noise to the token. */
    void run() {
        try (Scope scope = Scope.open()) {
            int pictures = key.pictures();
            int branches = key.branches();
            SolverShape shape = key.shape();
            long draws = 1L + shape.draws();
            Tensor noise = inputs.narrow(0, 0, draws * pictures * width).reshape(draws, pictures, width);
            Tensor scales =
                    inputs.narrow(0, draws * pictures * width, 2L * pictures).reshape(2, pictures, 1);
            FlowHead.Modulations modulations = head.modulations(times.unsqueeze(2)
                    .add(head.embedCondition(condition).reshape(1, pictures, branches, -1))
                    .reshape(shape.evaluations(), key.rows(), -1));
            State state = new State(noise.select(0, 0));
            int evaluation = 0;
            int draw = 1;
            for (int i = 0; i < shape.steps().size(); i++) {
                SolverShape.Step step = shape.steps().get(i);
                if (step.evaluate()) {
                    Tensor x = state.point.unsqueeze(1).expand(pictures, branches, width);
                    Tensor v = head.velocity(x.reshape(key.rows(), width), modulations.at(evaluation++))
                            .reshape(pictures, branches, width);
                    state.previous = state.velocity;
                    state.velocity = Guidance.combine(v, scales.select(0, 0), scales.select(0, 1));
                }
                state.update(step, updates.select(0, i), step.draws() ? noise.select(0, draw++) : null);
            }
            token.copyAsync(state.point);
        }
    }

    /** Where a run is; sums in float64 as on the host, rounded once a step. */
    private static final class State {
        private Tensor point;
        private Tensor base;
        private Tensor velocity;
        private Tensor previous;

        State(Tensor start) {
            point = start;
            base = start;
        }

        void update(SolverShape.Step step, Tensor weights, Tensor noise) {
            List<Tensor> terms = new ArrayList<>();
            terms.add(term(point, weights, 0));
            terms.add(term(velocity, weights, 2));
            if (step.base()) {
                terms.add(term(base, weights, 1));
            }
            if (step.previous()) {
                terms.add(term(previous, weights, 3));
            }
            if (noise != null) {
                terms.add(term(noise, weights, 4));
            }
            point = terms.stream().reduce(Tensor::add).orElseThrow().to(DType.F32);
            if (step.commit()) {
                base = point;
            }
        }

        private static Tensor term(Tensor value, Tensor weights, int which) {
            return value.to(DType.F64).mul(weights.select(0, which));
        }
    }

    @Override
    public void close() {
        owner.close();
    }
}
