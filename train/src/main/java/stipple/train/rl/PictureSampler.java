package stipple.train.rl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.model.NextStepModel;
import stipple.model.decode.ContextNoise;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.DecodeBackends;
import stipple.model.decode.FlowPoint;
import stipple.model.decode.Prompt;
import stipple.model.decode.TokenDraw;
import stipple.model.flow.Guidance;
import stipple.model.flow.Sampler;
import stipple.model.flow.SolverProgram;
import stipple.model.image.TokenGrid;
import stipple.model.text.PromptRow;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Samples pictures side by side on the engine that draws everywhere else, and keeps the points of chosen flow steps. Every
 * picture has noise of its own, and in native code it depends on nothing else, bit for bit. The engine reads the weights where
 * they lie: handing it new ones takes the laying out of a table.
 */
final class PictureSampler {
    private final SolverProgram program;
    private final Guidance guidance;
    private final TokenGrid grid;
    private final boolean normalize;
    private final double contextNoise;

    PictureSampler(
            Sampler sampler,
            int steps,
            double shift,
            double cfg,
            TokenGrid grid,
            boolean normalize,
            double contextNoise) {
        this.program = sampler.program(steps, shift);
        this.guidance = new Guidance(cfg, 1);
        this.grid = grid;
        this.normalize = normalize;
        this.contextNoise = contextNoise;
    }

    /**
     * Samples.
     *
     * @param prompts one a picture; what stands there several times is read once
     * @param unconditional the row that guidance leads away from
     * @param seeds of the noises, one a picture
     * @param kept indices of the flow steps whose points are kept
     */
    Sampled draw(
            NextStepModel model,
            List<PromptRow> prompts,
            PromptRow unconditional,
            List<PictureNoise.Seed> seeds,
            Set<Integer> kept) {
        int width = model.config().latent().tokenWidth();
        Collected collected = new Collected(prompts.size(), grid.count(), width, contextNoise > 0, kept);
        try (Scope scope = Scope.open();
                DecodeBackend backend = DecodeBackends.ofCompany(RolloutWeights.of(model));
                Pictures pictures = new Pictures(backend, prompts, unconditional, seeds)) {
            for (int token = 0; token < grid.count(); token++) {
                List<TokenDraw> draws = pictures.next(token, width, kept);
                backend.advance(draws);
                collected.add(token, draws);
            }
        }
        return collected.sampled();
    }

    /** Pictures being drawn, all at the same token. */
    private final class Pictures implements AutoCloseable {
        private final List<PictureNoise> noises = new ArrayList<>();
        private final List<DecodeBackend.Picture> pictures = new ArrayList<>();
        private final IdentityHashMap<PromptRow, Prompt> read = new IdentityHashMap<>();

        Pictures(
                DecodeBackend backend,
                List<PromptRow> prompts,
                PromptRow unconditional,
                List<PictureNoise.Seed> seeds) {
            try {
                for (int i = 0; i < seeds.size(); i++) {
                    List<Prompt> branches = new ArrayList<>();
                    branches.add(read(backend, prompts.get(i)));
                    if (guidance.branches() > 1) {
                        branches.add(read(backend, unconditional));
                    }
                    pictures.add(backend.begin(branches, grid.count(), 0));
                    noises.add(seeds.get(i).open());
                }
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        private Prompt read(DecodeBackend backend, PromptRow row) {
            return read.computeIfAbsent(row, one -> backend.read(one, new float[0]));
        }

        List<TokenDraw> next(int token, int width, Set<Integer> kept) {
            List<TokenDraw> draws = new ArrayList<>();
            for (int i = 0; i < pictures.size(); i++) {
                int count = 1 + program.draws() + ContextNoise.draws(contextNoise);
                float[][] noise = noises.get(i).next(token, count, width);
                draws.add(new TokenDraw(pictures.get(i), program, guidance, normalize, noise, contextNoise, kept));
            }
            return draws;
        }

        @Override
        public void close() {
            pictures.forEach(DecodeBackend.Picture::close);
            read.values().forEach(Prompt::release);
            noises.forEach(PictureNoise::close);
        }
    }

    /** What was drawn, as plain numbers {@code [pictures, n, token]}. */
    private static final class Collected {
        private final int[] shape;
        private final float[] tokens;
        private final float[] noised;
        private final Map<Integer, float[][]> points = new HashMap<>();

        Collected(int pictures, int count, int width, boolean noisy, Set<Integer> kept) {
            shape = new int[] {pictures, count, width};
            tokens = new float[pictures * count * width];
            noised = noisy ? new float[tokens.length] : null;
            kept.forEach(step -> points.put(step, new float[3][tokens.length]));
        }

        void add(int token, List<TokenDraw> draws) {
            for (int i = 0; i < draws.size(); i++) {
                TokenDraw draw = draws.get(i);
                if (draw.failure() != null) {
                    throw draw.failure();
                }
                int at = (i * shape[1] + token) * shape[2];
                put(draw.token(), tokens, at);
                if (noised != null) {
                    put(draw.read(), noised, at);
                }
                points.forEach((step, values) -> {
                    FlowPoint point = draw.point(step);
                    put(point.before(), values[0], at);
                    put(point.after(), values[1], at);
                    put(point.velocity(), values[2], at);
                });
            }
        }

        private void put(float[] from, float[] to, int at) {
            System.arraycopy(from, 0, to, at, shape[2]);
        }

        private Tensor tensor(float[] values) {
            return Tensors.of(values, shape[0], shape[1], shape[2]);
        }

        Sampled sampled() {
            Map<Integer, Sampled.Point> kept = new HashMap<>();
            points.forEach((step, values) ->
                    kept.put(step, new Sampled.Point(tensor(values[0]), tensor(values[1]), tensor(values[2]))));
            return new Sampled(tensor(tokens), noised == null ? null : tensor(noised), kept);
        }
    }
}
