package stipple.train.data;

import java.util.function.UnaryOperator;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** The image tokens of a whole picture set, encoded once ahead of training. */
public final class LatentCache implements AutoCloseable {
    private static final int BATCH = 32;

    private final Scope owner = Scope.detached();
    private final Tensor tokens;

    /**
     * Encodes all pictures; each becomes {@code [k, token]}.
     *
     * @param encoder pixels {@code [n, 3, h, w]} in [-1, 1] to image tokens {@code [n, k, token]}
     */
    public LatentCache(PictureSet pictures, UnaryOperator<Tensor> encoder) {
        try (Scope scope = Scope.open()) {
            Tensor all = null;
            for (int start = 0; start < pictures.size(); start += BATCH) {
                try (Scope inner = Scope.open()) {
                    int n = Math.min(BATCH, pictures.size() - start);
                    int[] indices = new int[n];
                    for (int i = 0; i < n; i++) {
                        indices[i] = start + i;
                    }
                    Tensor part = Autograd.off(() -> encoder.apply(pictures.pixels(indices)));
                    if (all == null) {
                        all = scope.adopt(Tensors.empty(DType.F32, pictures.size(), part.size(1), part.size(2)));
                    }
                    all.narrow(0, start, n).copyInPlace(part);
                }
            }
            tokens = owner.adopt(all);
        }
    }

    /** Tokens per picture. */
    public long tokensPerPicture() {
        return tokens.size(1);
    }

    /** The tokens of some pictures, {@code [n * k, token]}. */
    public Tensor get(long... indices) {
        return tokens.indexSelect(0, Tensors.of(indices, indices.length)).reshape(-1, tokens.size(2));
    }

    @Override
    public void close() {
        owner.close();
    }
}
