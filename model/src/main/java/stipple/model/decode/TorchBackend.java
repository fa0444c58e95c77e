package stipple.model.decode;

import java.util.ArrayList;
import java.util.List;
import stipple.model.NextStepModel;
import stipple.model.backbone.Backbone;
import stipple.model.flow.SolverRun;
import stipple.model.text.PromptRow;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
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

    /** A backend over a model, which it does not close. */
    public TorchBackend(NextStepModel model) {
        this.model = model;
        this.together = model.backbone().compute() != DType.F32;
        this.head = new TorchHead(model.head());
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
                List<SolverRun> sampled = head.sample(draws, condition);
                List<TorchPicture> next = new ArrayList<>();
                List<Tensor> fed = new ArrayList<>();
                for (int i = 0; i < draws.size(); i++) {
                    finish(draws.get(i), sampled.get(i), next, fed);
                }
                if (!next.isEmpty()) {
                    feedBack(next, joined(fed));
                }
            }
        });
    }

    /** Rounds a token as everything the backbone reads, and lines it up to be read unless it was the last. */
    private void finish(TokenDraw draw, SolverRun run, List<TorchPicture> next, List<Tensor> fed) {
        TorchPicture picture = (TorchPicture) draw.picture();
        Tensor token = Tensors.of(run.point(), 1, run.point().length)
                .to(device())
                .to(model.backbone().compute());
        if (draw.normalize()) {
            token = Nn.layerNorm(token, null, null, NORM_EPS);
        }
        draw.done(token.toFloats(), run.evaluations());
        if (picture.drawn()) {
            next.add(picture);
            fed.add(picture.branches() == 1 ? token : token.repeat(picture.branches(), 1));
        }
    }

    private void feedBack(List<TorchPicture> pictures, Tensor tokens) {
        Tensor embeds = model.embedImage(tokens).unsqueeze(1);
        Tensor hidden = model.backbone()
                .step(embeds, pictures.stream().map(TorchPicture::cache).toList())
                .select(1, 0);
        long at = 0;
        for (TorchPicture picture : pictures) {
            picture.hidden(hidden.narrow(0, at, picture.branches()).contiguous());
            at += picture.branches();
        }
    }

    private Device device() {
        return model.backbone().device();
    }

    static Tensor joined(List<Tensor> parts) {
        return parts.size() == 1 ? parts.getFirst() : Tensors.cat(parts, 0);
    }

    @Override
    public void close() {
        head.close();
    }
}
