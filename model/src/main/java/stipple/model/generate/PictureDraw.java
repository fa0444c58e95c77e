package stipple.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import stipple.model.decode.ContextNoise;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.TokenDraw;
import stipple.model.flow.SolverProgram;
import stipple.torch.Rng;
import stipple.torch.UserException;

/** One picture being drawn. Its tokens depend on its request and its own seed, and on nothing else. */
final class PictureDraw implements AutoCloseable {
    private final DrawJob job;
    private final int index;
    private final int width;
    private final Rng rng;
    private final DecodeBackend.Picture picture;
    private final List<float[]> tokens = new ArrayList<>();
    private int previewRow;
    private boolean closed;

    PictureDraw(DrawJob job, int index, DecodeBackend backend, int width) {
        this.job = job;
        this.index = index;
        this.width = width;
        RequestPlan plan = job.plan();
        rng = new Rng(plan.request().seed() + index);
        picture = begin(backend, plan);
        for (int i = 0; i < plan.kept(); i++) {
            tokens.add(Arrays.copyOfRange(job.kept(), i * width, (i + 1) * width));
            // The draws of a given token are passed over, so that the others get the noise they would have had.
            draws(plan.program(i));
        }
    }

    private DecodeBackend.Picture begin(DecodeBackend backend, RequestPlan plan) {
        try {
            return backend.begin(job.prompts(), plan.tokens(), plan.kept());
        } catch (RuntimeException e) {
            rng.close();
            throw e;
        }
    }

    DrawJob job() {
        return job;
    }

    int index() {
        return index;
    }

    List<float[]> tokens() {
        return tokens;
    }

    /** Rows that wait to be shown, 0 for none. */
    int previewRow() {
        return previewRow;
    }

    void previewRow(int row) {
        previewRow = row;
    }

    /** The next token to draw. */
    TokenDraw next() {
        RequestPlan plan = job.plan();
        SolverProgram program = plan.program(tokens.size());
        double level = plan.request().contextNoise();
        float[][] noise = draws(program);
        return new TokenDraw(
                picture, program, plan.guidance(tokens.size()), plan.request().useNorm(), noise, level, Set.of());
    }

    /** The start of a token, the sampler's draws, and the noise over what is read back if there is any. */
    private float[][] draws(SolverProgram program) {
        int context = ContextNoise.draws(job.plan().request().contextNoise());
        return NoiseDraws.take(rng, 1 + program.draws() + context, width);
    }

    /**
     * Takes a token in.
     *
     * @throws UserException if it is not finite
     */
    void accept(float[] token) {
        for (float value : token) {
            if (!Float.isFinite(value)) {
                throw new UserException("Token " + (tokens.size() + 1) + " of picture " + (index + 1)
                        + " is not a finite number; with less guidance (cfg "
                        + job.plan().request().cfg() + ") or in float32 it may be");
            }
        }
        tokens.add(token);
    }

    /** Rows that are complete if the last token completed one, otherwise 0. */
    int rowCompleted() {
        int columns = job.plan().grid().columns();
        return tokens.size() % columns == 0 ? tokens.size() / columns : 0;
    }

    boolean drawn() {
        return tokens.size() == job.plan().grid().count();
    }

    /** Lets go of everything but the tokens. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rng.close();
            picture.close();
            job.drawn();
        }
    }
}
