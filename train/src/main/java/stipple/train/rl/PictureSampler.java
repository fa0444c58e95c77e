package stipple.train.rl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import stipple.model.NextStepModel;
import stipple.model.config.GuidanceSchedule;
import stipple.model.flow.Guidance;
import stipple.model.flow.NoiseSource;
import stipple.model.flow.Sampler;
import stipple.model.generate.FlowTrace;
import stipple.model.generate.TokenLoop;
import stipple.model.generate.TokenSettings;
import stipple.model.image.TokenGrid;
import stipple.model.text.PaddedRows;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptRows;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Samples pictures token by token and keeps the points of chosen flow steps. Every picture has noise of its own, so it does
 * not depend on its company but for the rounding of the matrix products.
 */
final class PictureSampler {
    private final Sampler sampler;
    private final int steps;
    private final double shift;
    private final double cfg;
    private final TokenGrid grid;
    private final boolean normalize;

    PictureSampler(Sampler sampler, int steps, double shift, double cfg, TokenGrid grid, boolean normalize) {
        this.sampler = sampler;
        this.steps = steps;
        this.shift = shift;
        this.cfg = cfg;
        this.grid = grid;
        this.normalize = normalize;
    }

    /**
     * Samples.
     *
     * @param prompts one a picture
     * @param unconditional the row that guidance leads away from
     * @param seeds one a picture
     * @param kept indices of the flow steps whose points are kept
     */
    Sampled draw(
            NextStepModel model, List<PromptRow> prompts, PromptRow unconditional, long[] seeds, Set<Integer> kept) {
        Guidance guidance = new Guidance(cfg, 1);
        List<PromptRow> further = guidance.branches() > 1 ? List.of(unconditional) : List.of();
        PaddedRows rows = PaddedRows.left(
                PromptRows.blocks(prompts, further), model.config().tokens().pad());
        TokenSettings settings =
                new TokenSettings(grid.count(), guidance, GuidanceSchedule.CONSTANT, sampler, steps, shift, normalize);
        int width = model.config().latent().tokenWidth();
        List<Rng> generators = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (long seed : seeds) {
                generators.add(new Rng(seed));
            }
            Keeper keeper = new Keeper(kept, steps);
            NoiseSource noise = () -> Tensors.cat(
                    generators.stream().map(rng -> rng.normal(1, width)).toList(), 0);
            List<Tensor> tokens = new ArrayList<>();
            Tensor embeds = Autograd.off(() -> model.embed(rows.ids(), null));
            try (TokenLoop loop = new TokenLoop(model, embeds, rows.mask(), seeds.length, settings, noise, keeper)) {
                while (loop.hasNext()) {
                    tokens.add(loop.next());
                }
            }
            Sampled sampled = keeper.sampled(Tensors.stack(tokens, 1), seeds.length, width);
            sampled.tensors().values().forEach(scope::keep);
            return sampled;
        } finally {
            generators.forEach(Rng::close);
        }
    }

    /** Keeps the points of some steps of each token, as plain numbers. */
    private static final class Keeper implements FlowTrace {
        private final Set<Integer> kept;
        private final int steps;
        private final Map<Integer, List<float[][]>> values = new LinkedHashMap<>();
        private float[][] open;
        private int step;

        Keeper(Set<Integer> kept, int steps) {
            this.kept = new TreeSet<>(kept);
            this.steps = steps;
            this.kept.forEach(k -> values.put(k, new ArrayList<>()));
        }

        @Override
        public void evaluated(double time, Tensor point, Tensor velocity) {
            arrived(point);
            if (kept.contains(step)) {
                open = new float[][] {point.toFloats(), null, velocity.toFloats()};
                values.get(step).add(open);
            }
            step++;
        }

        @Override
        public void sampled(Tensor token) {
            arrived(token);
            if (step != steps) {
                throw new IllegalStateException("The sampler made " + step + " steps of " + steps);
            }
            step = 0;
        }

        private void arrived(Tensor point) {
            if (open != null) {
                open[1] = point.toFloats();
                open = null;
            }
        }

        Sampled sampled(Tensor tokens, int pictures, int width) {
            Map<Integer, Sampled.Point> points = new LinkedHashMap<>();
            values.forEach((k, list) -> points.put(
                    k,
                    new Sampled.Point(
                            stacked(list, 0, pictures, width),
                            stacked(list, 1, pictures, width),
                            stacked(list, 2, pictures, width))));
            return new Sampled(tokens.contiguous(), points);
        }

        private static Tensor stacked(List<float[][]> list, int part, int pictures, int width) {
            return Tensors.stack(
                            list.stream()
                                    .map(one -> Tensors.of(one[part], pictures, width))
                                    .toList(),
                            1)
                    .contiguous();
        }
    }
}
