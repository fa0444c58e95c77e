package stipple.model.decode;

import stipple.model.backbone.Backbone;
import stipple.model.backbone.KvCache;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** A prompt whose keys and values are tensors. */
final class TorchPrompt extends Prompt {
    private final Scope owner = Scope.detached();
    private final KvCache cache;
    private final Tensor hidden;

    TorchPrompt(Backbone.ReadRow read) {
        super(Math.toIntExact(read.cache().length()));
        cache = read.cache();
        hidden = owner.adopt(read.hidden());
    }

    KvCache cache() {
        return cache;
    }

    /** Hidden state of the last slot, {@code [1, hidden]}. */
    Tensor hidden() {
        return hidden;
    }

    @Override
    protected void free() {
        owner.close();
        cache.close();
    }
}
