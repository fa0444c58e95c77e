package stipple.train.objective;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.NextStepModel;
import stipple.model.loss.FlowDraws;
import stipple.model.loss.NextStepLoss;
import stipple.model.loss.TrainingRows;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.train.data.Seeds;
import stipple.train.pipeline.HeldOut;
import stipple.train.pipeline.TokenRow;

/**
 * Both losses of a model on held-out rows. Times and noise are the same at every measurement, so figures of one run can be
 * compared.
 */
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

    /** Sums of both losses, each weighted by its tokens. */
    private static final class Sums {
        private double image;
        private double imageTokens;
        private double text;
        private double textTokens;

        void add(Sums other) {
            image += other.image;
            imageTokens += other.imageTokens;
            text += other.text;
            textTokens += other.textTokens;
        }

        void put(String suffix, Map<String, Double> figures) {
            if (imageTokens > 0) {
                figures.put("image" + suffix, image / imageTokens);
            }
            figures.put("text" + suffix, text / textTokens);
        }
    }

    /** Names of the figures: {@code image} and {@code text} over all, and of each set if there are several. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        boolean pictures = rows.parts().keySet().stream().anyMatch(this::pictures);
        if (pictures) {
            names.add("image");
        }
        names.add("text");
        if (rows.parts().size() > 1) {
            rows.parts().keySet().forEach(part -> {
                if (pictures(part)) {
                    names.add("image_" + part);
                }
                names.add("text_" + part);
            });
        }
        return names;
    }

    private boolean pictures(String part) {
        return rows.parts().get(part).stream().anyMatch(row -> row.imageTargets() > 0);
    }

    /** Measures a model. */
    Map<String, Double> of(NextStepModel model) {
        NextStepLoss loss = new NextStepLoss(model);
        Sums all = new Sums();
        Map<String, Double> parts = new LinkedHashMap<>();
        try (Rng rng = new Rng(Seeds.mix(seed, 2))) {
            rows.parts().forEach((name, list) -> {
                Sums sums = new Sums();
                for (List<TokenRow> batch : HeldOut.batches(list, TOKENS_AT_ONCE)) {
                    measure(model, loss, batch, rng, sums);
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

    private void measure(NextStepModel model, NextStepLoss loss, List<TokenRow> batch, Rng rng, Sums sums) {
        try (Scope scope = Scope.open()) {
            TrainingRows padded = rows.batch(batch);
            int width = model.config().latent().tokenWidth();
            NextStepLoss.Value value = Autograd.off(() -> loss.of(padded, n -> FlowDraws.of(rng, n, width)));
            int images = batch.stream().mapToInt(TokenRow::imageTargets).sum();
            int texts =
                    batch.stream().mapToInt(row -> row.textTargets(placeholder)).sum();
            sums.image += value.image().item() * images;
            sums.imageTokens += images;
            sums.text += value.text().item() * texts;
            sums.textTokens += texts;
        }
    }
}
