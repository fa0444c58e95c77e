package stipple.server.draw;

import java.nio.file.Path;
import stipple.model.config.ModelConfig;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.Provenance;
import stipple.model.generate.RequestTokens;
import stipple.model.generate.SupportedSizes;
import stipple.model.load.LoadOptions;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.load.PendingIdentity;
import stipple.torch.DType;
import stipple.torch.Torch;
import stipple.torch.UserException;

/** The checkpoint that is served, and what requests are checked against before they wait for it. */
public final class ServedModel implements AutoCloseable {
    /** The version of Stipple that pictures say they were drawn with. */
    public static final String VERSION = "0.1.0";

    private final NextStepCheckpoint checkpoint;
    private final Provenance.Machine machine;
    private final String id;
    private final PendingIdentity identity;

    private ServedModel(
            NextStepCheckpoint checkpoint, Provenance.Machine machine, String id, PendingIdentity identity) {
        this.checkpoint = checkpoint;
        this.machine = machine;
        this.id = id;
        this.identity = identity;
    }

    /**
     * Loads a checkpoint; its weights are hashed meanwhile.
     *
     * @param id the name clients call it by, or null for its folder's
     * @throws UserException if the folder is no checkpoint
     */
    public static ServedModel load(Path folder, LoadOptions options, String id) {
        NextStepCheckpoint checkpoint = NextStepCheckpoint.load(folder, options);
        Provenance.Machine machine = new Provenance.Machine(
                name(checkpoint.dtype()),
                options.device().toString(),
                Torch.cpuCapability(),
                Torch.threads(),
                options.quantisation() == null ? null : options.quantisation().id());
        String name =
                id == null ? String.valueOf(folder.toAbsolutePath().normalize().getFileName()) : id;
        return new ServedModel(checkpoint, machine, name, PendingIdentity.read(folder, options.adapters()));
    }

    /** The name clients call it by. */
    public String id() {
        return id;
    }

    /** The weights. */
    public NextStepCheckpoint checkpoint() {
        return checkpoint;
    }

    /** What it is. */
    public ModelConfig config() {
        return checkpoint.config();
    }

    /** Where and in which type it runs. */
    public Provenance.Machine machine() {
        return machine;
    }

    /** The sizes it draws. */
    public SupportedSizes sizes() {
        return SupportedSizes.of(config());
    }

    /**
     * The digests of its weights, waited for.
     *
     * @throws UserException if the weights cannot be read
     */
    public ModelIdentity identity() {
        return identity.get();
    }

    /**
     * Checks that a request suits the model.
     *
     * @return its tokens
     * @throws UserException if a text is empty, too long or not text, or the size does not suit
     */
    public RequestTokens check(GenerationRequest request) {
        return RequestTokens.of(config(), checkpoint.tokenizer(), request);
    }

    @Override
    public void close() {
        checkpoint.close();
    }

    private static String name(DType type) {
        return switch (type) {
            case F32 -> "float32";
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            default -> type.toString();
        };
    }
}
