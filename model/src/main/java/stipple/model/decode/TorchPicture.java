package stipple.model.decode;

import java.util.List;
import stipple.model.backbone.Backbone;
import stipple.model.backbone.PictureCache;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** A picture whose rows live in tensors. */
final class TorchPicture implements DecodeBackend.Picture {
    private final Scope owner = Scope.detached();
    private final List<TorchPrompt> prompts;
    private final PictureCache cache;
    private Tensor hidden;
    private int index;
    private int left;

    /**
     * Takes hold of the prompts.
     *
     * @param fedBack tokens that will be read again
     */
    TorchPicture(Backbone backbone, List<TorchPrompt> prompts, int fedBack, int first) {
        this.prompts = prompts;
        this.index = first;
        this.left = fedBack + 1;
        try (Scope scope = Scope.open()) {
            cache = backbone.newPicture(prompts.stream().map(TorchPrompt::cache).toList(), fedBack);
            hidden = owner.adopt(TorchBackend.joined(
                            prompts.stream().map(TorchPrompt::hidden).toList())
                    .mul(1));
        }
        prompts.forEach(Prompt::hold);
    }

    @Override
    public int branches() {
        return prompts.size();
    }

    PictureCache cache() {
        return cache;
    }

    /** Which token of the picture comes next. */
    int index() {
        return index;
    }

    /** Last hidden states, {@code [branches, hidden]}. */
    Tensor hidden() {
        return hidden;
    }

    /** Counts a token; whether it must be read again because more follow. */
    boolean drawn() {
        if (left == 0) {
            throw new IllegalStateException("All tokens of this picture are drawn");
        }
        index++;
        left--;
        return left > 0;
    }

    void hidden(Tensor fresh) {
        hidden.close();
        hidden = owner.adopt(fresh);
    }

    @Override
    public void close() {
        owner.close();
        cache.close();
        prompts.forEach(Prompt::release);
    }
}
