package stipple.model.decode;

import java.lang.foreign.MemorySegment;
import stipple.model.NextStepModel;
import stipple.model.backbone.Backbone;
import stipple.model.config.BackboneConfig;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.kernels.DecodeKernels;
import stipple.torch.kernels.Words;

/** The transformer as the native step sees it. */
final class NativeBackbone implements AutoCloseable {
    private static final int MIN_POSITIONS = 1024;

    private final BackboneConfig config;
    private final Backbone backbone;
    private final boolean halfCache;
    private final NativeTable table;
    private final MemorySegment norm;
    private final MemorySegment layers;
    private final MemorySegment imageIn;
    private final MemorySegment descriptor;
    private final TeamSize team;
    private Scope angles = Scope.detached();
    private long positions;

    NativeBackbone(NextStepModel model) {
        config = model.config().backbone();
        backbone = model.backbone();
        halfCache = backbone.compute() == DType.BF16;
        table = new NativeTable(model.weights());
        norm = table.vector("norm.weight");
        layers = table.room(config.layers(), DecodeKernels.LAYER);
        for (int i = 0; i < config.layers(); i++) {
            layer(NativeTable.at(layers, i, DecodeKernels.LAYER), "layers." + i);
        }
        imageIn = table.room(1, DecodeKernels.LINEAR);
        table.linear(new Words(imageIn), "image_in_projector");
        descriptor = table.room(1, DecodeKernels.BACKBONE);
        team = new TeamSize(multiplications());
        reach(MIN_POSITIONS);
    }

    private double multiplications() {
        double attention = 2.0 * config.queryWidth() + 2.0 * config.keyValueWidth();
        return config.layers() * config.hidden() * (attention + 3.0 * config.intermediate());
    }

    private void layer(Words words, String prefix) {
        words.put(table.vector(prefix + ".input_layernorm.weight"))
                .put(table.vector(prefix + ".post_attention_layernorm.weight"));
        for (String map : new String[] {"self_attn.q", "self_attn.k", "self_attn.v", "self_attn.o"}) {
            table.linear(words, prefix + "." + map + "_proj");
        }
        for (String map : new String[] {"mlp.gate", "mlp.up", "mlp.down"}) {
            table.linear(words, prefix + "." + map + "_proj");
        }
        NativeTable.require(words, DecodeKernels.LAYER);
    }

    /** Makes sure that rotary tables cover so many positions. */
    private void reach(long wanted) {
        if (wanted <= positions) {
            return;
        }
        long n = Math.min(config.maxPositions(), Math.max(wanted, Math.max(MIN_POSITIONS, 2 * positions)));
        angles.close();
        angles = Scope.detached();
        MemorySegment cos;
        MemorySegment sin;
        try (Scope scope = Scope.open()) {
            Backbone.Rotation rotation = backbone.rotation(Math.max(n, wanted));
            cos = angles.adopt(rotation.cos().contiguous()).bytes();
            sin = angles.adopt(rotation.sin().contiguous()).bytes();
        }
        positions = Math.max(n, wanted);
        Words words = new Words(descriptor)
                .put((long) config.layers())
                .put((long) config.hidden())
                .put((long) config.heads())
                .put((long) config.kvHeads())
                .put((long) config.headDim())
                .put((long) config.intermediate())
                .put(config.rmsEps())
                .put(halfCache ? 1L : 0L)
                .put(cos)
                .put(sin)
                .put(norm)
                .put(layers);
        for (int i = 0; i < DecodeKernels.LINEAR; i++) {
            words.put(imageIn.get(java.lang.foreign.ValueLayout.JAVA_LONG, (long) i * Words.BYTES));
        }
        NativeTable.require(words, DecodeKernels.BACKBONE);
    }

    int hidden() {
        return config.hidden();
    }

    /** Bytes of keys and values of one position of one row. */
    long bytesPerPosition() {
        long span = DecodeKernels.SPAN;
        return (keyBytes(span) + valueBytes(span)) / span;
    }

    long keyBytes(long capacity) {
        return DecodeKernels.keyElements(descriptor, capacity) * elementBytes();
    }

    long valueBytes(long capacity) {
        return DecodeKernels.valueElements(descriptor, capacity) * elementBytes();
    }

    private int elementBytes() {
        return halfCache ? DType.BF16.bytes() : DType.F32.bytes();
    }

    /**
     * Reads one token per row.
     *
     * @param tokens image tokens {@code [rows][token]}, or {@link MemorySegment#NULL}
     * @param x embeddings {@code [rows][hidden]} unless there are tokens; overwritten
     * @param out hidden states {@code [rows][hidden]}
     * @param reached positions that the longest row covers after this token
     */
    void step(
            MemorySegment rows,
            long count,
            MemorySegment tokens,
            MemorySegment x,
            MemorySegment out,
            Workspace scratch,
            long reached) {
        reach(reached);
        long bytes = DecodeKernels.stepScratch(descriptor, count, positions);
        MemorySegment room = scratch.bytes(bytes);
        int members = team.forRows(count);
        long start = System.nanoTime();
        DecodeKernels.step(descriptor, rows, count, tokens, x, out, room, positions, members);
        team.took(count, System.nanoTime() - start);
    }

    @Override
    public void close() {
        angles.close();
        table.close();
    }
}
