package stipple.train.objective;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.NextStepModel;
import stipple.torch.Scope;
import stipple.train.pipeline.HeldOut;
import stipple.train.pipeline.TokenRow;

/** {@linkplain MeasuredLosses Losses} of a model on held-out rows, over all and by set. */
final class RowMeasure {
    /** Tokens of a batch, padding included. */
    private static final int TOKENS_AT_ONCE = 8192;

    private final HeldOut rows;
    private final int placeholder;
    private final long seed;

    RowMeasure(HeldOut rows, int placeholder, long seed) {
        this.rows = rows;
        this.placeholder = placeholder;
        this.seed = seed;
    }

    /** Sums of the losses, each weighted by its tokens. */
    private static final class Sums {
        private double image;
        private double noisy;
        private double prompt;
        private double imageTokens;
        private double text;
        private double textTokens;

        void add(Sums other) {
            image += other.image;
            noisy += other.noisy;
            prompt += other.prompt;
            imageTokens += other.imageTokens;
            text += other.text;
            textTokens += other.textTokens;
        }

        void put(String suffix, Map<String, Double> figures) {
            if (imageTokens > 0) {
                figures.put("image" + suffix, image / imageTokens);
                figures.put("noisy" + suffix, noisy / imageTokens);
                figures.put("prompt" + suffix, prompt / imageTokens);
            }
            figures.put("text" + suffix, text / textTokens);
        }
    }

    /** Names of the figures: {@code image}, {@code noisy}, {@code prompt} and {@code text} over all, and of each set if there are several. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        addNames("", rows.parts().keySet().stream().anyMatch(this::pictures), names);
        if (rows.parts().size() > 1) {
            rows.parts().keySet().forEach(part -> addNames("_" + part, pictures(part), names));
        }
        return names;
    }

    private static void addNames(String suffix, boolean pictures, List<String> names) {
        if (pictures) {
            names.add("image" + suffix);
            names.add("noisy" + suffix);
            names.add("prompt" + suffix);
        }
        names.add("text" + suffix);
    }

    private boolean pictures(String part) {
        return rows.parts().get(part).stream().anyMatch(row -> row.imageTargets() > 0);
    }

    /** Measures a model. */
    Map<String, Double> of(NextStepModel model) {
        Sums all = new Sums();
        Map<String, Double> parts = new LinkedHashMap<>();
        try (MeasuredLosses losses = new MeasuredLosses(model, seed)) {
            rows.parts().forEach((name, list) -> {
                Sums sums = new Sums();
                for (List<TokenRow> batch : HeldOut.batches(list, TOKENS_AT_ONCE)) {
                    measure(losses, batch, sums);
                }
                all.add(sums);
                sums.put("_" + name, parts);
            });
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        all.put("", figures);
        if (rows.parts().size() > 1) {
            figures.putAll(parts);
        }
        return figures;
    }

    private void measure(MeasuredLosses losses, List<TokenRow> batch, Sums sums) {
        try (Scope scope = Scope.open()) {
            MeasuredLosses.Value value = losses.of(rows.batch(batch));
            int images = batch.stream().mapToInt(TokenRow::imageTargets).sum();
            int texts =
                    batch.stream().mapToInt(row -> row.textTargets(placeholder)).sum();
            sums.image += value.image() * images;
            sums.noisy += value.noisy() * images;
            sums.prompt += value.prompt() * images;
            sums.imageTokens += images;
            sums.text += value.text() * texts;
            sums.textTokens += texts;
        }
    }
}
