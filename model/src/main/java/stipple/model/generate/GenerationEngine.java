package stipple.model.generate;

import stipple.model.config.ModelConfig;
import stipple.model.decode.DecodeBackend;
import stipple.model.load.NextStepCheckpoint;

/**
 * Draws one request at a time on the caller's thread: the simple way from a {@link GenerationRequest} to pixels. For many
 * callers at once there is {@link DrawingEngine}, which gives the same pictures.
 *
 * <pre>{@code
 * try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(folder, LoadOptions.DEFAULT)) {
 *     GenerationEngine engine = new GenerationEngine(checkpoint);
 *     GenerationRequest request = GenerationRequest.with(engine.config().generation()).prompt("a red apple").build();
 *     try (Generation generation = engine.generate(request)) {
 *         while (generation.hasNext()) {
 *             if (generation.next() instanceof GenerationEvent.PictureFinished done) { ... }
 *         }
 *     }
 * }
 * }</pre>
 */
public final class GenerationEngine {
    private final NextStepCheckpoint checkpoint;
    private final DecodeBackend backend;

    /** An engine over a checkpoint, which it does not close. */
    public GenerationEngine(NextStepCheckpoint checkpoint) {
        this(checkpoint, checkpoint.decoder());
    }

    /** The same with another backend, which it does not close either. */
    public GenerationEngine(NextStepCheckpoint checkpoint, DecodeBackend backend) {
        this.checkpoint = checkpoint;
        this.backend = backend;
    }

    /** What the model is. */
    public ModelConfig config() {
        return checkpoint.config();
    }

    /** What computes. */
    public String backend() {
        return backend.name();
    }

    /**
     * Checks a request; drawing begins with the first event asked for.
     *
     * @throws stipple.torch.UserException if the prompt or the size does not suit the model
     */
    public Generation generate(GenerationRequest request) {
        RequestPlan plan = RequestPlan.of(config(), checkpoint.tokenizer(), request);
        return new Generation(new DrawScheduler(checkpoint, backend, EngineLimits.ofOneRequest(backend)), plan);
    }
}
