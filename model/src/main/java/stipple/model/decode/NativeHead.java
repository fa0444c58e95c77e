package stipple.model.decode;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.config.FlowHeadConfig;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.kernels.DecodeKernels;
import stipple.torch.kernels.Words;

/** The flow head, with the projector before it, as the native sampler sees it. */
final class NativeHead implements AutoCloseable {
    private static final String PREFIX = "image_head.net.";
    private static final int TYPICAL_STEPS = 28;

    private final int token;
    private final boolean round;
    private final NativeTable table;
    private final NativePrograms programs;
    private final MemorySegment descriptor;
    private final Tensor positions;
    private final MemorySegment offsets;
    private final int hidden;
    private final TeamSize team;
    private final Workspace pictures = new Workspace();
    private final Workspace noise = new Workspace();
    private final Workspace traces = new Workspace();

    NativeHead(NextStepModel model) {
        FlowHeadConfig config = model.config().flowHead();
        token = model.config().latent().tokenWidth();
        hidden = model.config().backbone().hidden();
        round = model.backbone().compute() == DType.BF16;
        table = new NativeTable(model.weights());
        programs = new NativePrograms(model.head());
        team = new TeamSize(TYPICAL_STEPS
                * config.layers()
                * (double) config.dim()
                * (3.0 * config.dim() + 2.0 * config.mlpWidth()));
        positions = model.generationPositions();
        offsets = positions == null ? MemorySegment.NULL : table.vector(positions);
        MemorySegment blocks = table.room(config.layers(), DecodeKernels.BLOCK);
        for (int i = 0; i < config.layers(); i++) {
            block(NativeTable.at(blocks, i, DecodeKernels.BLOCK), PREFIX + "res_blocks." + i);
        }
        descriptor = table.room(1, DecodeKernels.HEAD);
        Words words = new Words(descriptor)
                .put((long) hidden)
                .put((long) config.dim())
                .put((long) config.mlpWidth())
                .put((long) token)
                .put((long) config.layers());
        table.linear(words, "image_out_projector");
        table.linear(words, PREFIX + "cond_embed");
        table.linear(words, PREFIX + "input_proj");
        table.linear(words, PREFIX + "final_layer.adaLN_modulation.1");
        table.linear(words, PREFIX + "final_layer.linear");
        words.put(blocks);
        NativeTable.require(words, DecodeKernels.HEAD);
    }

    private void block(Words words, String prefix) {
        words.put(table.vector(prefix + ".in_ln.weight")).put(table.vector(prefix + ".in_ln.bias"));
        table.linear(words, prefix + ".mlp.0");
        table.linear(words, prefix + ".mlp.2");
        table.linear(words, prefix + ".adaLN_modulation.1");
        NativeTable.require(words, DecodeKernels.BLOCK);
    }

    int token() {
        return token;
    }

    /**
     * Samples a token for every draw.
     *
     * @param states hidden states {@code [rows][hidden]}, the branches of the draws one after the other
     * @param out where the tokens go, {@code [draws][token]}
     */
    void sample(List<TokenDraw> draws, MemorySegment states, long rows, MemorySegment out, Workspace scratch) {
        int count = draws.size();
        long bytes = (long) DecodeKernels.PICTURE * Words.BYTES;
        MemorySegment room = pictures.bytes(count * bytes);
        MemorySegment values = noise.floats(
                draws.stream().mapToLong(draw -> draw.noise().length).sum() * token);
        MemorySegment kept =
                traces.floats(1 + draws.stream().mapToLong(this::traceFloats).sum());
        programs.prepare(count);
        long at = 0;
        long traced = 0;
        for (int i = 0; i < count; i++) {
            TokenDraw draw = draws.get(i);
            MemorySegment own = values.asSlice(at * Float.BYTES);
            for (float[] row : draw.noise()) {
                MemorySegment.copy(row, 0, values, JAVA_FLOAT, at * Float.BYTES, token);
                at += token;
            }
            picture(
                    NativeTable.at(room, i, DecodeKernels.PICTURE),
                    draw,
                    own,
                    out.asSlice((long) i * token * Float.BYTES),
                    draw.kept().isEmpty() ? MemorySegment.NULL : kept.asSlice(traced * Float.BYTES));
            traced += traceFloats(draw);
        }
        MemorySegment work = scratch.bytes(DecodeKernels.sampleScratch(descriptor, rows, count));
        int members = team.forRows(rows);
        long start = System.nanoTime();
        DecodeKernels.sample(descriptor, room, count, states, work, members);
        team.took(rows, System.nanoTime() - start);
        traced = 0;
        for (int i = 0; i < count; i++) {
            keep(draws.get(i), kept, traced);
            traced += traceFloats(draws.get(i));
            float[] drawn = new float[token];
            MemorySegment.copy(out, JAVA_FLOAT, (long) i * token * Float.BYTES, drawn, 0, token);
            long spent = room.get(JAVA_LONG, (i + 1) * bytes - Words.BYTES);
            draws.get(i).done(drawn, Math.toIntExact(spent));
        }
    }

    private long traceFloats(TokenDraw draw) {
        return draw.kept().isEmpty() ? 0 : 3L * draw.program().steps().size() * token;
    }

    /** Copies the steps that a draw keeps out of a trace {@code [steps][3][token]}, which begins at a value. */
    private void keep(TokenDraw draw, MemorySegment trace, long from) {
        for (int step : draw.kept()) {
            float[][] values = new float[3][token];
            for (int part = 0; part < values.length; part++) {
                long at = from + (3L * step + part) * token;
                MemorySegment.copy(trace, JAVA_FLOAT, at * Float.BYTES, values[part], 0, token);
            }
            draw.passed(step, new FlowPoint(values[0], values[1], values[2]));
        }
    }

    private void picture(Words words, TokenDraw draw, MemorySegment draws, MemorySegment out, MemorySegment trace) {
        NativePicture picture = (NativePicture) draw.picture();
        NativePrograms.Program program = programs.of(draw.program());
        words.put((long) picture.branches())
                .put((long) draw.program().steps().size())
                .put(program.times())
                .put(program.updates())
                .put(draws)
                .put(offset(picture.index()))
                .put(draw.guidance().text())
                .put(draw.guidance().image())
                .put(draw.program().tolerance())
                .put(round ? 1L : 0L)
                .put(draw.normalize() ? 1L : 0L)
                .put(out)
                .put(trace)
                .put(0L);
        NativeTable.require(words, DecodeKernels.PICTURE);
    }

    /** The generation position of an image token (§2.10); the model has checked that there is one. */
    private MemorySegment offset(int index) {
        return positions == null ? MemorySegment.NULL : offsets.asSlice((long) index * hidden * Float.BYTES);
    }

    @Override
    public void close() {
        pictures.close();
        noise.close();
        traces.close();
        programs.close();
        table.close();
    }
}
