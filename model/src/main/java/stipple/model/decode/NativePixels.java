package stipple.model.decode;

import java.lang.foreign.MemorySegment;
import stipple.model.config.VaeConfig;
import stipple.model.nn.GroupNorm;
import stipple.model.nn.Weights;
import stipple.model.vae.Autoencoder;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.Torch;
import stipple.torch.kernels.Kernels;
import stipple.torch.kernels.PixelKernels;
import stipple.torch.kernels.PixelKernels.Kind;
import stipple.torch.kernels.Words;

/**
 * The image tokenizer's decoder in native code on the CPU: one call a picture, over packed copies of the weights. It computes in
 * float32, or multiplies in bfloat16 what convolutions of 3x3 read, which is nearly all of the work. Bit for bit the same for a
 * picture alone, in a batch, and with any number of threads.
 */
public final class NativePixels implements PixelDecoder {
    private static final long LANES = 16;

    private final Autoencoder autoencoder;
    private final Weights weights;
    private final NativeTable table;
    private final MemorySegment descriptor;
    private final Workspace scratch = new Workspace();
    private final boolean halves;

    /**
     * A decoder over weights that it does not close; see {@link PixelDecoders} for where it can be used.
     *
     * @param halves whether to multiply in bfloat16
     */
    NativePixels(Autoencoder autoencoder, Weights weights, boolean halves) {
        this.halves = halves;
        this.autoencoder = autoencoder;
        this.weights = weights;
        table = new NativeTable(weights);
        try {
            descriptor = table.room(1, PixelKernels.DECODER);
            describe(autoencoder.config());
        } catch (RuntimeException e) {
            table.close();
            throw e;
        }
    }

    private void describe(VaeConfig config) {
        int top = config.levels() - 1;
        int blocks = config.numResBlocks() + 1;
        MemorySegment resnets = table.room((long) config.levels() * blocks, PixelKernels.RESNET);
        MemorySegment doublings = table.room(config.levels(), PixelKernels.CONVOLUTION);
        for (int level = top; level >= 0; level--) {
            int index = top - level;
            for (int block = 0; block < blocks; block++) {
                Words words = NativeTable.at(resnets, (long) index * blocks + block, PixelKernels.RESNET);
                resnet(words, "decoder.up." + level + ".block." + block);
                NativeTable.require(words, PixelKernels.RESNET);
            }
            if (level > 0) {
                Words words = NativeTable.at(doublings, index, PixelKernels.CONVOLUTION);
                convolution(words, Kind.DOUBLING, "decoder.up." + level + ".upsample.conv");
            }
        }
        Words words = new Words(descriptor)
                .put((long) config.levels())
                .put((long) blocks)
                .put(GroupNorm.EPS);
        convolution(words, Kind.SQUARE, "decoder.conv_in");
        resnet(words, "decoder.mid.block_1");
        norm(words, "decoder.mid.attn_1.norm");
        for (String part : new String[] {"q", "k", "v", "proj_out"}) {
            convolution(words, Kind.POINT, "decoder.mid.attn_1." + part);
        }
        resnet(words, "decoder.mid.block_2");
        words.put(resnets).put(doublings);
        norm(words, "decoder.norm_out");
        convolution(words, Kind.SQUARE, "decoder.conv_out");
        NativeTable.require(words, PixelKernels.DECODER);
    }

    private void resnet(Words words, String prefix) {
        norm(words, prefix + ".norm1");
        convolution(words, Kind.SQUARE, prefix + ".conv1");
        norm(words, prefix + ".norm2");
        convolution(words, Kind.SQUARE, prefix + ".conv2");
        if (weights.find(prefix + ".nin_shortcut.weight") == null) {
            words.put(MemorySegment.NULL)
                    .put(MemorySegment.NULL)
                    .put(0L)
                    .put(0L)
                    .put(0L);
        } else {
            convolution(words, Kind.POINT, prefix + ".nin_shortcut");
        }
    }

    private void norm(Words words, String prefix) {
        words.put(table.vector(prefix + ".weight")).put(table.vector(prefix + ".bias"));
    }

    private void convolution(Words words, Kind kind, String prefix) {
        try (Scope scope = Scope.open()) {
            Tensor weight = weights.get(prefix + ".weight").to(DType.F32).contiguous();
            long out = weight.size(0);
            long in = weight.size(1);
            if (weight.size(-1) != kind.side()) {
                throw new IllegalStateException(prefix + " is no convolution of " + kind.side() + "x" + kind.side());
            }
            Tensor packed = Kernels.onLargePages(Tensors.empty(DType.F32, PixelKernels.floats(kind, in, out)));
            PixelKernels.pack(kind, in, out, weight.bytes(), packed.bytes());
            Tensor bias = Tensors.zeros(DType.F32, Math.ceilDiv(out, LANES) * LANES);
            bias.narrow(0, 0, out).copyInPlace(weights.get(prefix + ".bias").to(DType.F32));
            // The first one reads latents, few of them and in float32.
            boolean halved = halves && kind != Kind.POINT && !prefix.equals("decoder.conv_in");
            words.put(halved ? table.vector(halved(packed)) : table.vector(packed))
                    .put(table.vector(bias))
                    .put(halved ? kind.halved() : kind.code())
                    .put(in)
                    .put(out);
        }
    }

    /** Rounded weights, two in the room of a float. */
    private static Tensor halved(Tensor packed) {
        Tensor words = Kernels.onLargePages(Tensors.empty(DType.F32, packed.size(0) / 2));
        PixelKernels.halve(packed.bytes(), packed.size(0), words.bytes());
        return words;
    }

    @Override
    public String name() {
        return "native";
    }

    @Override
    public Tensor pixels(Tensor latents) {
        try (Scope scope = Scope.open()) {
            return scope.keep(decode(autoencoder.unscaled(latents)));
        }
    }

    @Override
    public synchronized Tensor decode(Tensor z) {
        long count = z.size(0);
        long height = z.size(2);
        long width = z.size(3);
        int finer = autoencoder.config().downsampling();
        int channels = autoencoder.config().outCh();
        try (Scope scope = Scope.open()) {
            Tensor pixels = Tensors.empty(DType.F32, count, channels, height * finer, width * finer);
            MemorySegment from = z.to(DType.F32).contiguous().bytes();
            MemorySegment to = pixels.bytes();
            int members = Torch.threads();
            MemorySegment room = scratch.bytes(PixelKernels.scratch(descriptor, height, width, members));
            for (long i = 0; i < count; i++) {
                MemorySegment latent = part(from, i, count);
                PixelKernels.decode(descriptor, latent, height, width, part(to, i, count), room, members);
            }
            return scope.keep(pixels);
        }
    }

    private static MemorySegment part(MemorySegment all, long index, long count) {
        return all.asSlice(index * (all.byteSize() / count), all.byteSize() / count);
    }

    @Override
    public void close() {
        scratch.close();
        table.close();
    }
}
