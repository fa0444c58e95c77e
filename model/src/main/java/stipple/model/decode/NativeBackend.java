package stipple.model.decode;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.text.PromptRow;
import stipple.torch.UserException;
import stipple.torch.kernels.DecodeKernels;
import stipple.torch.kernels.Words;

/**
 * The loop in native code on the CPU: one call samples a token of every picture, another reads them all back. Activations
 * are float32, whatever the type of the weights; keys and values have the type of the activations of the model.
 *
 * <p>A row's result does not depend on its company, on whether it is read in a prompt or alone, or on the number of
 * threads, bit for bit and with every type of weights.
 */
public final class NativeBackend implements DecodeBackend {
    private final NextStepModel model;
    private final NativeBackbone backbone;
    private final NativeHead head;
    private final NativePrefill prefill;
    private final Workspace scratch = new Workspace();
    private final Workspace rows = new Workspace();
    private final Workspace states = new Workspace();
    private final Workspace results = new Workspace();
    private final Workspace drawn = new Workspace();
    private final Workspace fed = new Workspace();

    /** A backend over a model, which it does not close; see {@link DecodeBackends} for where it can be used. */
    NativeBackend(NextStepModel model) {
        this.model = model;
        this.backbone = new NativeBackbone(model);
        try {
            this.head = new NativeHead(model);
        } catch (RuntimeException e) {
            backbone.close();
            throw e;
        }
        prefill = new NativePrefill(model, backbone, scratch, rows, results);
    }

    @Override
    public String name() {
        return "native";
    }

    @Override
    public long bytesPerPosition() {
        return backbone.bytesPerPosition();
    }

    @Override
    public boolean gainsFromCompany() {
        return true;
    }

    @Override
    public Prompt read(PromptRow row, float[] images) {
        return readAll(List.of(new Reading(row, images))).getFirst();
    }

    @Override
    public List<Prompt> readAll(List<Reading> readings) {
        return prefill.read(readings);
    }

    @Override
    public Picture begin(List<Prompt> branches, int tokens, int first) {
        return new NativePicture(
                backbone, branches.stream().map(NativePrompt.class::cast).toList(), tokens, first);
    }

    @Override
    public void advance(List<TokenDraw> draws) {
        List<TokenDraw> sound = new ArrayList<>();
        for (TokenDraw draw : draws) {
            try {
                model.requireGenerationPosition(((NativePicture) draw.picture()).index());
                sound.add(draw);
            } catch (UserException e) {
                draw.fail(e);
            }
        }
        if (sound.isEmpty()) {
            return;
        }
        sample(sound);
        List<TokenDraw> more = sound.stream()
                .filter(draw -> ((NativePicture) draw.picture()).drawn())
                .toList();
        if (!more.isEmpty()) {
            feedBack(more);
        }
    }

    private void sample(List<TokenDraw> draws) {
        long width = (long) backbone.hidden() * Float.BYTES;
        long count = rowCount(draws);
        MemorySegment joined = states.bytes(count * width);
        long at = 0;
        for (TokenDraw draw : draws) {
            NativePicture picture = (NativePicture) draw.picture();
            MemorySegment.copy(picture.hidden(), 0, joined, at, picture.branches() * width);
            at += picture.branches() * width;
        }
        head.sample(draws, joined, count, drawn.floats((long) draws.size() * head.token()), scratch);
    }

    private void feedBack(List<TokenDraw> draws) {
        long width = (long) backbone.hidden() * Float.BYTES;
        long count = rowCount(draws);
        MemorySegment tokens = fed.floats(count * head.token());
        MemorySegment slots = rows.bytes(count * DecodeKernels.ROW * Words.BYTES);
        long row = 0;
        long reach = 0;
        for (TokenDraw draw : draws) {
            NativePicture picture = (NativePicture) draw.picture();
            reach = Math.max(reach, picture.reach());
            picture.rows(slots, row);
            float[] read = draw.read();
            for (int branch = 0; branch < picture.branches(); branch++) {
                long to = row * head.token() * Float.BYTES;
                MemorySegment.copy(read, 0, tokens, JAVA_FLOAT, to, head.token());
                row++;
            }
        }
        MemorySegment out = results.bytes(count * width);
        backbone.step(slots, count, tokens, states.bytes(count * width), out, scratch, reach);
        long at = 0;
        for (TokenDraw draw : draws) {
            NativePicture picture = (NativePicture) draw.picture();
            MemorySegment.copy(out, at, picture.hidden(), 0, picture.branches() * width);
            at += picture.branches() * width;
        }
    }

    private static long rowCount(List<TokenDraw> draws) {
        return draws.stream().mapToLong(draw -> draw.picture().branches()).sum();
    }

    @Override
    public void close() {
        for (Workspace workspace : List.of(scratch, rows, states, results, drawn, fed)) {
            workspace.close();
        }
        head.close();
        backbone.close();
    }
}
