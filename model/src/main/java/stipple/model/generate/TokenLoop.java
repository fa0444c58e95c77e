package stipple.model.generate;

import stipple.model.NextStepModel;
import stipple.model.backbone.KvCache;
import stipple.model.flow.Guidance;
import stipple.model.flow.GuidanceScales;
import stipple.model.flow.GuidedHead;
import stipple.model.flow.NoiseSource;
import stipple.model.flow.VelocityField;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;

/**
 * The autoregressive loop (reference §2.10): the hidden state of the last slot conditions the head, the head samples a
 * token, the token is fed back. One token per call, for all pictures of the batch.
 */
public final class TokenLoop implements AutoCloseable {
    private static final double NORM_EPS = 1e-6;

    private final NextStepModel model;
    private final TokenSettings settings;
    private final NoiseSource noise;
    private final int branches;
    private final GuidedHead head;
    private final KvCache cache;
    private final FlowTrace trace;
    private final Scope owner = Scope.detached();
    private Tensor hidden;
    private int done;

    /**
     * Reads the prompt.
     *
     * @param embeds {@code [branches * pictures, tokens, hidden]} in blocks: conditional, image + negative, negative
     * @param mask {@code [rows][tokens]}, 0 on left padding
     * @param pictures pictures drawn side by side
     * @param noise draws of {@code [pictures, token]}
     */
    public TokenLoop(
            NextStepModel model,
            Tensor embeds,
            long[][] mask,
            int pictures,
            TokenSettings settings,
            NoiseSource noise) {
        this(model, embeds, mask, pictures, settings, noise, null);
    }

    /**
     * The same under observation.
     *
     * @param trace hears of every evaluation of the head and of every token, or null
     */
    public TokenLoop(
            NextStepModel model,
            Tensor embeds,
            long[][] mask,
            int pictures,
            TokenSettings settings,
            NoiseSource noise,
            FlowTrace trace) {
        this.trace = trace;
        this.model = model;
        this.settings = settings;
        this.noise = noise;
        this.branches = mask.length / pictures;
        long positions = (long) mask[0].length + settings.tokens();
        if (positions > model.config().backbone().maxPositions()) {
            throw new UserException("Prompt and picture need " + positions + " positions, the model has "
                    + model.config().backbone().maxPositions() + "; use a shorter prompt or a smaller size");
        }
        this.cache = model.backbone().newCache(mask, settings.tokens());
        this.head = new GuidedHead(model.head());
        try (Scope scope = Scope.open()) {
            Tensor all = Autograd.off(() -> model.backbone().prefill(embeds, mask, cache));
            hidden = owner.adopt(all.select(1, embeds.size(1) - 1).contiguous());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Tokens drawn so far. */
    public int done() {
        return done;
    }

    /** Whether tokens are left to draw. */
    public boolean hasNext() {
        return done < settings.tokens();
    }

    /** Draws the next token of every picture: {@code [pictures, token]} float32, in the caller's scope. */
    public Tensor next() {
        if (!hasNext()) {
            throw new IllegalStateException("All " + settings.tokens() + " tokens are drawn");
        }
        return Autograd.off(this::draw);
    }

    private Tensor draw() {
        try (Scope scope = Scope.open()) {
            Tensor condition = model.condition(model.withGenerationPosition(hidden, done));
            VelocityField field = head.field(condition, branches, scaled());
            VelocityField seen = trace == null ? field : observed(field);
            Tensor token = settings.sampler().sample(seen, noise, settings.steps(), settings.shift());
            if (trace != null) {
                trace.sampled(token);
            }
            // Sampled in float32, then rounded as everything the backbone reads.
            token = token.to(model.backbone().compute());
            if (settings.normalize()) {
                token = Nn.layerNorm(token, null, null, NORM_EPS);
            }
            done++;
            if (hasNext()) {
                feedBack(token);
            }
            return scope.keep(token.to(DType.F32));
        }
    }

    private VelocityField observed(VelocityField field) {
        return (x, t) -> {
            Tensor velocity = field.at(x, t);
            trace.evaluated(t, x, velocity);
            return velocity;
        };
    }

    private Guidance scaled() {
        Guidance g = settings.guidance();
        return new Guidance(
                GuidanceScales.at(settings.schedule(), g.text(), done, settings.tokens()),
                GuidanceScales.at(settings.schedule(), g.image(), done, settings.tokens()));
    }

    private void feedBack(Tensor token) {
        Tensor read = read(token);
        Tensor rows = branches == 1 ? read : read.repeat(branches, 1);
        Tensor next = model.backbone().step(model.embedImage(rows).unsqueeze(1), cache);
        Tensor before = hidden;
        hidden = owner.adopt(next.select(1, 0).contiguous());
        before.close();
    }

    private Tensor read(Tensor token) {
        double level = settings.contextNoise();
        return level == 0
                ? token
                : token.mul(1 - level).add(noise.next().to(token.dtype()).mul(level));
    }

    @Override
    public void close() {
        owner.close();
        head.close();
        cache.close();
    }
}
