package stipple.model.decode;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.DecodeKernels;
import stipple.torch.kernels.Words;

/** Reads prompts, several in a call: weights are then read once for all of them, and few tokens waste no time. */
final class NativePrefill {
    /** Tokens that are read in one call; bounds the memory for activations. */
    private static final int CHUNK = 128;

    private final NextStepModel model;
    private final NativeBackbone backbone;
    private final Workspace scratch;
    private final Workspace rows;
    private final Workspace results;

    NativePrefill(NextStepModel model, NativeBackbone backbone, Workspace scratch, Workspace rows, Workspace results) {
        this.model = model;
        this.backbone = backbone;
        this.scratch = scratch;
        this.rows = rows;
        this.results = results;
    }

    /** One token of a prompt. */
    private record Slot(int prompt, int position) {}

    List<Prompt> read(List<DecodeBackend.Reading> readings) {
        List<NativeStore> stores = new ArrayList<>();
        List<Prompt> prompts = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            List<Tensor> embedded = new ArrayList<>();
            List<Slot> slots = new ArrayList<>();
            for (DecodeBackend.Reading reading : readings) {
                stores.add(new NativeStore(backbone, reading.row().length()));
                embedded.add(embed(reading));
                for (int position = 0; position < reading.row().length(); position++) {
                    slots.add(new Slot(stores.size() - 1, position));
                }
            }
            // A copy, because reading overwrites it.
            MemorySegment embeds = Tensors.cat(embedded, 1).mul(1).contiguous().bytes();
            for (int from = 0; from < slots.size(); from += CHUNK) {
                pass(
                        slots.subList(from, Math.min(slots.size(), from + CHUNK)),
                        from,
                        embeds,
                        readings,
                        stores,
                        prompts);
            }
            return prompts;
        } catch (RuntimeException e) {
            prompts.forEach(Prompt::release);
            stores.stream().skip(prompts.size()).forEach(NativeStore::close);
            throw e;
        }
    }

    /** Embeddings {@code [1, length, hidden]} in float32. */
    private Tensor embed(DecodeBackend.Reading reading) {
        int[] row = reading.row().ids();
        float[] images = reading.images();
        long[][] ids = new long[1][row.length];
        for (int i = 0; i < row.length; i++) {
            ids[0][i] = row[i];
        }
        int token = model.config().latent().tokenWidth();
        Tensor tokens = images.length == 0 ? null : Tensors.of(images, images.length / token, token);
        return Autograd.off(() -> model.embed(ids, tokens).to(DType.F32));
    }

    /** One call; prompts whose last token is in it are complete. */
    private void pass(
            List<Slot> slots,
            long first,
            MemorySegment embeds,
            List<DecodeBackend.Reading> readings,
            List<NativeStore> stores,
            List<Prompt> prompts) {
        long width = (long) backbone.hidden() * Float.BYTES;
        int count = slots.size();
        MemorySegment described = rows.bytes((long) count * DecodeKernels.ROW * Words.BYTES);
        long reached = 0;
        for (int i = 0; i < count; i++) {
            Slot slot = slots.get(i);
            NativeStore store = stores.get(slot.prompt());
            reached = Math.max(reached, slot.position() + 1L);
            NativeTable.at(described, i, DecodeKernels.ROW)
                    .put((long) slot.position())
                    .put(0L)
                    .put(0L)
                    .put(MemorySegment.NULL)
                    .put(MemorySegment.NULL)
                    .put(store.capacity())
                    .put(store.keys())
                    .put(store.values());
        }
        MemorySegment out = results.bytes(count * width);
        backbone.step(described, count, MemorySegment.NULL, embeds.asSlice(first * width), out, scratch, reached);
        for (int i = 0; i < count; i++) {
            Slot slot = slots.get(i);
            int length = readings.get(slot.prompt()).row().length();
            if (slot.position() == length - 1) {
                prompts.add(new NativePrompt(length, stores.get(slot.prompt()), out.asSlice(i * width, width)));
            }
        }
    }
}
