package stipple.model.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.backbone.Backbone;
import stipple.model.text.PromptRow;
import stipple.torch.Autograd;
import stipple.torch.Cards;
import stipple.torch.DType;
import stipple.torch.DeviceGraph;
import stipple.torch.DeviceGraphs;
import stipple.torch.Nn;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The loop on libtorch's operators, for every device and type.
 *
 * <p>libtorch's matrix products give other last bits for another number of rows. In float32 every picture is therefore
 * computed by itself, the guidance branches of one picture together; in other types, where equality is asked for within
 * rounding only, all pictures go through the network as one batch.
 */
public final class TorchBackend implements DecodeBackend {
    private static final double NORM_EPS = 1e-6;

    private final NextStepModel model;
    private final boolean together;
    private final TorchHead head;

    /** A backend over a model, which it does not close; on a card it records the head's loops. */
    public TorchBackend(NextStepModel model) {
        this(model, model.backbone().compute() != DType.F32);
    }

    /**
     * The same with a say in whether pictures share their matrix products.
     *
     * @param together whether they do, even in float32, where a picture then depends on its company by its last bits
     */
    TorchBackend(NextStepModel model, boolean together) {
        this(model, together, DeviceGraphs.recorder(model.backbone().device()));
    }

    /**
     * A backend with a recorder of its own.
     *
     * @param recorder records the head's loops, or null to queue their operations one by one
     */
    TorchBackend(NextStepModel model, DeviceGraph.Recorder recorder) {
        this(model, model.backbone().compute() != DType.F32, recorder);
    }

    private TorchBackend(NextStepModel model, boolean together, DeviceGraph.Recorder recorder) {
        this.model = model;
        this.together = together;
        this.head = new TorchHead(model, recorder);
    }

    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public long bytesPerPosition() {
        return model.backbone().cacheBytesPerPosition();
    }

    @Override
    public void await() {
        Cards.await(model.backbone().device());
    }

    @Override
    public boolean copiesPrompts() {
        return model.backbone().copiesPrompts();
    }

    @Override
    public boolean gainsFromCompany() {
        return together;
    }

    @Override
    public Prompt read(PromptRow row, float[] images) {
        long[][] ids = new long[1][row.length()];
        for (int i = 0; i < row.length(); i++) {
            ids[0][i] = row.ids()[i];
        }
        try (Scope scope = Scope.open()) {
            int width = model.config().latent().tokenWidth();
            Tensor tokens = images.length == 0 ? null : Tensors.of(images, images.length / width, width);
            Backbone.ReadRow read = Autograd.off(() -> model.backbone().read(model.embed(ids, tokens)));
            return new TorchPrompt(read);
        }
    }

    @Override
    public Picture begin(List<Prompt> branches, int tokens, int first) {
        // The last token is not read again.
        return new TorchPicture(
                model.backbone(), branches.stream().map(TorchPrompt.class::cast).toList(), tokens - 1, first);
    }

    @Override
    public void advance(List<TokenDraw> draws) {
        if (together) {
            step(draws);
            return;
        }
        for (TokenDraw draw : draws) {
            try {
                step(List.of(draw));
            } catch (RuntimeException e) {
                draw.fail(e);
            }
        }
    }

    private void step(List<TokenDraw> draws) {
        Autograd.off(() -> {
            try (Scope scope = Scope.open()) {
                List<Tensor> hidden = new ArrayList<>();
                for (TokenDraw draw : draws) {
                    TorchPicture picture = (TorchPicture) draw.picture();
                    hidden.add(model.withGenerationPosition(picture.hidden(), picture.index()));
                }
                Tensor condition = model.condition(joined(hidden));
                List<TorchHead.Drawn> drawn = head.sample(draws, condition);
                Tensor tokens = rounded(draws, drawn);
                feedBack(draws, tokens);
                // The only wait of a token, when everything is queued.
                float[] values = tokens.toFloats();
                int width = values.length / draws.size();
                for (int i = 0; i < draws.size(); i++) {
                    draws.get(i)
                            .done(
                                    Arrays.copyOfRange(values, i * width, (i + 1) * width),
                                    drawn.get(i).evaluations());
                }
            }
        });
    }

    /** Tokens {@code [pictures, token]}, rounded as everything the backbone reads, and normalised where asked for. */
    private Tensor rounded(List<TokenDraw> draws, List<TorchHead.Drawn> drawn) {
        Tensor tokens = joined(drawn.stream().map(TorchHead.Drawn::token).toList())
                .to(model.backbone().compute());
        if (draws.stream().noneMatch(TokenDraw::normalize)) {
            return tokens;
        }
        Tensor normed = Nn.layerNorm(tokens, null, null, NORM_EPS);
        if (draws.stream().allMatch(TokenDraw::normalize)) {
            return normed;
        }
        List<Tensor> each = new ArrayList<>();
        for (int i = 0; i < draws.size(); i++) {
            each.add((draws.get(i).normalize() ? normed : tokens).narrow(0, i, 1));
        }
        return joined(each);
    }

    /** Lets the backbone read the tokens of the pictures that go on. */
    private void feedBack(List<TokenDraw> draws, Tensor tokens) {
        List<TorchPicture> pictures = new ArrayList<>();
        List<Tensor> fed = new ArrayList<>();
        for (int i = 0; i < draws.size(); i++) {
            TorchPicture picture = (TorchPicture) draws.get(i).picture();
            if (picture.drawn()) {
                pictures.add(picture);
                fed.add(read(tokens.narrow(0, i, 1), draws.get(i).context()).expand(picture.branches(), -1));
            }
        }
        if (pictures.isEmpty()) {
            return;
        }
        Tensor embeds = model.embedImage(joined(fed).contiguous()).unsqueeze(1);
        Tensor hidden = model.backbone()
                .step(embeds, pictures.stream().map(TorchPicture::cache).toList())
                .select(1, 0);
        long at = 0;
        for (TorchPicture picture : pictures) {
            picture.hidden(hidden.narrow(0, at, picture.branches()).contiguous());
            at += picture.branches();
        }
    }

    private static Tensor read(Tensor token, ContextNoise context) {
        if (context.none()) {
            return token;
        }
        Tensor noise = Tensors.of(context.noise(), 1, context.noise().length).to(token.device());
        return token.to(DType.F32)
                .mul(1 - context.level())
                .add(noise.mul(context.level()))
                .to(token.dtype());
    }

    static Tensor joined(List<Tensor> parts) {
        return parts.size() == 1 ? parts.getFirst() : Tensors.cat(parts, 0);
    }

    @Override
    public void close() {
        head.close();
    }
}
