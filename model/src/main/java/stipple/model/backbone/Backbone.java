package stipple.model.backbone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.model.nn.RmsNorm;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Nn;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The causal transformer (reference §2.1-2.3). It reads text and image tokens alike; all its consumers take the
 * final-normed hidden states. A view of its weights.
 */
public final class Backbone {
    private final BackboneConfig config;
    private final DType compute;
    private final Tensor embedding;
    private final List<DecoderLayer> layers = new ArrayList<>();
    private final RmsNorm norm;

    /**
     * Builds the network over weights in the released naming.
     *
     * @param compute type of the activations
     */
    public Backbone(BackboneConfig config, Weights weights, DType compute) {
        this.config = config;
        this.compute = compute;
        this.embedding = weights.get("embed_tokens.weight");
        for (int i = 0; i < config.layers(); i++) {
            layers.add(DecoderLayer.of(config, weights, i));
        }
        this.norm = RmsNorm.of(weights, "norm", config.rmsEps());
    }

    /** Type of the activations. */
    public DType compute() {
        return compute;
    }

    /** Where the weights live. */
    public Device device() {
        return embedding.device();
    }

    /** Embeds token ids, I64 {@code [rows, tokens]}, to {@code [rows, tokens, hidden]}. */
    public Tensor embed(Tensor ids) {
        return Nn.embedding(embedding, ids.to(device())).to(compute);
    }

    /**
     * One parallel pass over whole rows without a cache.
     *
     * @param embeds {@code [rows, tokens, hidden]}
     * @param mask {@code [rows][tokens]}, 0 on left padding, or null if no row is padded
     * @return final-normed hidden states of the same shape; those of padding slots carry no meaning
     */
    public Tensor forward(Tensor embeds, long[][] mask) {
        long tokens = embeds.size(1);
        Rope rope = Rope.table(config, tokens, compute, device());
        Tensor additive = mask == null
                ? null
                : causalMask(mask).to(Attention.kernelType(compute, device())).to(device());
        return run(embeds, new AttentionContext(rope, additive, mask == null, null));
    }

    /**
     * One parallel pass over whole rows of lengths of their own.
     *
     * @param embeds {@code [slots, hidden]}
     * @return final-normed hidden states of the same shape
     */
    public Tensor readRows(Tensor embeds, RaggedRows rows) {
        return run(rows.laidOut(embeds), whole(rows)).reshape(embeds.shape());
    }

    /**
     * Makes room for a generation.
     *
     * @param mask {@code [rows][prompt]}, 0 on left padding
     * @param extra tokens that will follow the prompt
     */
    public KvCache newCache(long[][] mask, long extra) {
        return new KvCache(config, mask, extra, compute, device());
    }

    /** Reads the whole prompt into an empty cache; returns final-normed hidden states {@code [rows, tokens, hidden]}. */
    public Tensor prefill(Tensor embeds, long[][] mask, KvCache cache) {
        if (cache.length() != 0) {
            throw new IllegalStateException("Prefill needs an empty cache, it holds " + cache.length() + " tokens");
        }
        boolean padded = cache.padding(1) != null;
        Tensor additive = padded
                ? causalMask(mask).to(Attention.kernelType(compute, device())).to(device())
                : null;
        Tensor out = run(embeds, new AttentionContext(cache.rope(embeds.size(1)), additive, !padded, cache));
        cache.advance(embeds.size(1));
        return out;
    }

    /** Reads one more token per row, {@code [rows, 1, hidden]}, and returns its final-normed hidden states. */
    public Tensor step(Tensor embeds, KvCache cache) {
        AttentionContext context = new AttentionContext(cache.rope(1), cache.padding(cache.length() + 1), false, cache);
        Tensor out = run(embeds, context);
        cache.advance(1);
        return out;
    }

    /**
     * Reads one row into a cache of its own, which is then full: a prompt that several rows continue.
     *
     * @param embeds {@code [1, tokens, hidden]}
     */
    public ReadRow read(Tensor embeds) {
        long[][] whole = new long[1][(int) embeds.size(1)];
        Arrays.fill(whole[0], 1);
        KvCache cache = newCache(whole, 0);
        try (Scope scope = Scope.open()) {
            Tensor hidden = prefill(embeds, whole, cache);
            return new ReadRow(
                    cache, scope.keep(hidden.select(1, embeds.size(1) - 1).contiguous()));
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    /**
     * A row that was read.
     *
     * @param cache its keys and values
     * @param hidden the final-normed hidden state of its last slot, {@code [1, hidden]}
     */
    public record ReadRow(KvCache cache, Tensor hidden) {}

    /**
     * Rotary factors of the positions 0 to n - 1.
     *
     * @param cos float32 {@code [n, headDim / 2]}
     * @param sin float32 {@code [n, headDim / 2]}
     */
    public record Rotation(Tensor cos, Tensor sin) {}

    /** Rotary factors in float32, whatever the type of the activations, on the CPU. */
    public Rotation rotation(long n) {
        Rope table = Rope.table(config, n, DType.F32, Device.CPU);
        return new Rotation(table.cos(), table.sin());
    }

    /** Bytes of keys and values of one position of one row. */
    public long cacheBytesPerPosition() {
        DType type = Attention.kernelType(compute, device());
        return 2L * config.layers() * config.keyValueWidth() * type.bytes();
    }

    /**
     * Makes room for the image tokens of one picture behind prompts that were read.
     *
     * @param prompts one per guidance branch; they must outlive the result
     * @param tokens image tokens to be fed back
     */
    public PictureCache newPicture(List<KvCache> prompts, int tokens) {
        return copiesPrompts()
                ? new WholeRowCache(config, prompts, tokens, compute, device())
                : new SharedPromptCache(config, prompts, tokens, compute, device());
    }

    /** Whether every picture copies the keys and values of its prompts: on a card, whose fused attention wants whole rows. */
    public boolean copiesPrompts() {
        return device().type() == Device.Type.CUDA;
    }

    /**
     * Reads one more token of every row of some pictures, whatever their lengths.
     *
     * @param embeds {@code [rows, 1, hidden]}, the rows of the pictures one after the other
     * @return final-normed hidden states of the same shape
     */
    public Tensor step(Tensor embeds, List<PictureCache> pictures) {
        List<Rope> ropes = pictures.stream().map(PictureCache::rope).toList();
        Rope rope = ropes.size() == 1
                ? ropes.getFirst()
                : new Rope(
                        Tensors.cat(ropes.stream().map(Rope::cos).toList(), 0),
                        Tensors.cat(ropes.stream().map(Rope::sin).toList(), 0));
        Tensor h = embeds;
        for (DecoderLayer layer : layers) {
            h = layer.step(h, pictures, rope);
        }
        pictures.forEach(PictureCache::advance);
        return norm.apply(h);
    }

    /** What the layers share in a pass over whole rows without padding. */
    AttentionContext whole(RaggedRows rows) {
        Rope table = Rope.table(config, rows.longest(), compute, device());
        return rows.even()
                ? new AttentionContext(table, null, true, null)
                : new AttentionContext(rows.rope(table), null, true, null, rows);
    }

    List<DecoderLayer> layers() {
        return layers;
    }

    Tensor norm(Tensor hidden) {
        return norm.apply(hidden);
    }

    private Tensor run(Tensor embeds, AttentionContext context) {
        Tensor h = embeds;
        for (DecoderLayer layer : layers) {
            h = layer.apply(h, context);
        }
        return norm.apply(h);
    }

    /**
     * Additive causal mask {@code [rows, 1, tokens, tokens]} that also hides padding. Padding queries see everything: no
     * one reads their result, but a softmax over nothing would be NaN.
     */
    private static Tensor causalMask(long[][] mask) {
        int tokens = mask[0].length;
        float[] values = new float[mask.length * tokens * tokens];
        int at = 0;
        for (long[] row : mask) {
            for (int query = 0; query < tokens; query++) {
                for (int key = 0; key < tokens; key++) {
                    boolean seen = row[query] == 0 || (key <= query && row[key] != 0);
                    values[at++] = seen ? 0f : Float.NEGATIVE_INFINITY;
                }
            }
        }
        return Tensors.of(values, mask.length, 1, tokens, tokens);
    }
}
