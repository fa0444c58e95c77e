package stipple.model.think;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import stipple.model.NextStepModel;
import stipple.model.backbone.KvCache;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** Continues a text by the language head, several times side by side. */
final class TextSampler {
    private final NextStepModel model;
    private final TextSettings settings;
    private final TokenChoice choice;
    private final int end;

    /**
     * Over a model.
     *
     * @param end the id that ends a text
     * @param allowed which ids may be written, the end among them
     */
    TextSampler(NextStepModel model, TextSettings settings, int end, boolean[] allowed) {
        this.model = model;
        this.settings = settings;
        this.choice = new TokenChoice(settings, allowed);
        this.end = end;
    }

    /**
     * Writes.
     *
     * @param prompt ids, at least one
     * @param seeds one for each text; a text depends on its own seed alone, but for the rounding of the matrix products
     * @return ids of each text, the end last where it was reached
     * @throws UserException if prompt and text do not fit in the model
     */
    List<int[]> write(int[] prompt, long[] seeds) {
        long positions = (long) prompt.length + settings.maxTokens() + 1;
        if (positions > model.config().backbone().maxPositions()) {
            throw new UserException("Prompt and thinking may need " + positions + " positions, the model has "
                    + model.config().backbone().maxPositions() + "; allow fewer tokens of thinking");
        }
        int rows = seeds.length;
        long[] row = Arrays.stream(prompt).asLongStream().toArray();
        long[][] ids = new long[rows][];
        long[][] mask = new long[rows][prompt.length];
        Arrays.fill(ids, row);
        Arrays.stream(mask).forEach(one -> Arrays.fill(one, 1));
        SplittableRandom[] randoms =
                Arrays.stream(seeds).mapToObj(SplittableRandom::new).toArray(SplittableRandom[]::new);
        List<List<Integer>> texts = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            texts.add(new ArrayList<>());
        }
        try (KvCache cache = model.backbone().newCache(mask, settings.maxTokens() + 1L)) {
            Autograd.off(() -> {
                float[] logits = read(ids, mask, cache);
                for (int n = 0; n <= settings.maxTokens(); n++) {
                    long[] next = choose(logits, texts, randoms);
                    if (next == null || n == settings.maxTokens()) {
                        break;
                    }
                    logits = step(next, cache);
                }
            });
        }
        return texts.stream()
                .map(text -> text.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    private float[] read(long[][] ids, long[][] mask, KvCache cache) {
        try (Scope scope = Scope.open()) {
            Tensor hidden = model.backbone().prefill(model.embed(ids, null), mask, cache);
            return model.logits(hidden.select(1, hidden.size(1) - 1).contiguous())
                    .toFloats();
        }
    }

    private float[] step(long[] next, KvCache cache) {
        try (Scope scope = Scope.open()) {
            Tensor embeds =
                    model.backbone().embed(Tensors.of(next, next.length)).unsqueeze(1);
            return model.logits(
                            model.backbone().step(embeds, cache).select(1, 0).contiguous())
                    .toFloats();
        }
    }

    /** Adds a token to every text that has not ended; null once all have. Ended ones read on what nobody looks at. */
    private long[] choose(float[] logits, List<List<Integer>> texts, SplittableRandom[] randoms) {
        int vocabulary = logits.length / texts.size();
        long[] next = new long[texts.size()];
        boolean open = false;
        for (int i = 0; i < next.length; i++) {
            List<Integer> text = texts.get(i);
            if (text.isEmpty() || text.getLast() != end) {
                text.add(choice.draw(logits, i * vocabulary, randoms[i]));
                open |= text.getLast() != end;
            }
            next[i] = text.getLast();
        }
        return open ? next : null;
    }
}
