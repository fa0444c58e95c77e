package stipple.model.load;

import java.util.Arrays;
import java.util.List;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.VaeConfig;
import stipple.model.decode.DecodeBackends;
import stipple.model.decode.PixelDecoders;
import stipple.model.image.TokenGrid;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.Device;

/**
 * Memory for drawing with a model, by counting, in bytes.
 *
 * @param weights of the model and the image tokenizer
 * @param cache keys and values of all rows to the end of the picture
 * @param activations the largest set that is alive at once: one layer of the prompt, or the last blocks of the decoder
 * @param runtime Java and the native libraries, with copies of small weights that they make
 */
public record MemoryNeed(long weights, long cache, long activations, long runtime) {
    /** Heap, code and native libraries of a process that has not loaded a model, as seen. */
    static final long RUNTIME = 400L << 20;

    /** What the CUDA runtime, its libraries' kernels and workspaces, and recorded graphs take of a card; an estimate. */
    static final long CARD_RUNTIME = 1000L << 20;

    /** Tensors of the widest feature map that are alive at once in a residual block, scratch of convolutions included. */
    private static final int MAPS = 8;

    /** Tensors of the MLP's width that are alive at once in a layer. */
    private static final int LAYER_TENSORS = 6;

    /** Counts what one drawing needs. */
    public static MemoryNeed of(ModelConfig config, VaeConfig vae, LoadOptions options, DrawingDemand demand) {
        DType type = options.typeFor(BackboneNames.parameters(config));
        long weights = modelBytes(config, type, options.device(), options.quantisation())
                + bytes(new VaeNames(vae).expected(), type.bytes());
        long activations = activations(config, vae, type, demand);
        if (options.device().equals(Device.CPU)) {
            long copies = DecodeBackends.copiedBytes(weights, type) + PixelDecoders.copiedBytes(vae, type);
            return new MemoryNeed(weights, cache(config, demand), activations, RUNTIME + copies);
        }
        // Rows copy the prompts that were read for them.
        long positions = positions(config, demand) + (long) demand.rows() * demand.promptTokens();
        return new MemoryNeed(weights, positions * positionBytes(config, type), activations, CARD_RUNTIME);
    }

    /** All of it. */
    public long total() {
        return weights + cache + activations + runtime;
    }

    /**
     * Bytes of a model's tensors on a device, without its image tokenizer.
     *
     * @param quantisation of the large matrices, or null
     */
    public static long modelBytes(ModelConfig config, DType type, Device device, Quantisation quantisation) {
        long bytes = 0;
        for (ExpectedTensor tensor : BackboneNames.expected(config)) {
            if (tensor.presence() == ExpectedTensor.Presence.REQUIRED) {
                bytes += quantisation != null && quantisation.coversOn(device, tensor.name(), tensor.shape())
                        ? quantisation.bytes(device, tensor.shape())
                        : count(tensor) * type.bytes();
            }
        }
        return bytes;
    }

    /** Bytes of the key/value cache on the CPU. */
    public static long cache(ModelConfig config, DrawingDemand demand) {
        return positions(config, demand) * positionBytes(config, DType.F32);
    }

    private static long positions(ModelConfig config, DrawingDemand demand) {
        TokenGrid grid = demand.size().grid(config.latent().pixelsPerToken());
        return demand.rows() * ((long) demand.promptTokens() + grid.count());
    }

    private static long positionBytes(ModelConfig config, DType type) {
        BackboneConfig b = config.backbone();
        return b.layers() * 2L * b.keyValueWidth() * type.bytes();
    }

    private static long activations(ModelConfig config, VaeConfig vae, DType compute, DrawingDemand demand) {
        BackboneConfig b = config.backbone();
        long prompt = (long) demand.rows() * demand.promptTokens();
        long layer = prompt
                * (LAYER_TENSORS * (long) b.intermediate() * compute.bytes()
                        + 4L * (b.hidden() + b.queryWidth()) * DType.F32.bytes());
        // The first block of the finest level still has the width of the level below.
        long width = vae.levels() > 1 ? Math.max(vae.width(0), vae.width(1)) : vae.width(0);
        long decoder = (long) demand.size().width() * demand.size().height() * width * MAPS * compute.bytes();
        return Math.max(layer, decoder);
    }

    private static long bytes(List<ExpectedTensor> tensors, int each) {
        return tensors.stream().mapToLong(MemoryNeed::count).sum() * each;
    }

    private static long count(ExpectedTensor tensor) {
        return Arrays.stream(tensor.shape()).reduce(1, (a, b) -> a * b);
    }
}
