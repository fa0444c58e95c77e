package stipple.train.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.model.image.TokenGrid;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The image tokens of pictures of any size, encoded once ahead of training and stored without padding. Belongs to the
 * thread that runs the networks.
 */
public final class LatentStore implements AutoCloseable {
    /** Pixels that are encoded at once: 32 pictures of 256x256. */
    private static final long PIXELS_AT_ONCE = 32L * 256 * 256;

    /**
     * Numbers in a slab, 64 MiB. Tokens that stay must not lie among pixels that go: a small piece kept in the middle of each
     * freed block of pixels made the process ten times as large as its tokens. Blocks of this size get pages of their own.
     */
    private static final long SLAB = 1 << 24;

    private final Scope owner = Scope.detached();
    private final UnaryOperator<Tensor> encoder;
    private final int pixelsPerToken;
    private final List<Stored> pictures = new ArrayList<>();
    private Tensor slab;
    private long used;

    /** Where the tokens of a picture lie: from a row of a slab {@code [many, token]} on. */
    private record Stored(Tensor slab, long from, TokenGrid grid) {}

    /**
     * An empty store.
     *
     * @param encoder pixels {@code [n, 3, h, w]} in [-1, 1] to tokens {@code [n, k, token]}
     * @param pixelsPerToken side of a token in pixels
     */
    public LatentStore(UnaryOperator<Tensor> encoder, int pixelsPerToken) {
        this.encoder = encoder;
        this.pixelsPerToken = pixelsPerToken;
    }

    /** Encodes pictures, those of one size together, and tells their numbers and sizes in the order given. */
    public List<PictureRef> add(List<PixelImage> images) {
        Map<ImageSize, List<Integer>> bySize = new LinkedHashMap<>();
        for (int i = 0; i < images.size(); i++) {
            bySize.computeIfAbsent(images.get(i).size(), s -> new ArrayList<>()).add(i);
        }
        Stored[] stored = new Stored[images.size()];
        bySize.forEach((size, group) -> {
            TokenGrid grid = size.grid(pixelsPerToken);
            int most = (int) Math.max(1, PIXELS_AT_ONCE / ((long) size.width() * size.height()));
            for (int from = 0; from < group.size(); from += most) {
                List<Integer> part = group.subList(from, Math.min(group.size(), from + most));
                long first = encode(part.stream().map(images::get).toList(), size);
                for (int row = 0; row < part.size(); row++) {
                    stored[part.get(row)] = new Stored(slab, first + (long) row * grid.count(), grid);
                }
            }
        });
        List<PictureRef> refs = new ArrayList<>();
        for (Stored one : stored) {
            refs.add(new PictureRef(pictures.size(), one.grid()));
            pictures.add(one);
        }
        return refs;
    }

    /** Encodes pictures of one size into the slab; tells the first row of theirs. */
    private long encode(List<PixelImage> group, ImageSize size) {
        int area = size.width() * size.height();
        byte[] planar = new byte[group.size() * PixelImage.CHANNELS * area];
        for (int n = 0; n < group.size(); n++) {
            byte[] rgb = group.get(n).rgb();
            for (int c = 0; c < PixelImage.CHANNELS; c++) {
                int to = (n * PixelImage.CHANNELS + c) * area;
                for (int i = 0; i < area; i++) {
                    planar[to + i] = rgb[i * PixelImage.CHANNELS + c];
                }
            }
        }
        try (Scope scope = Scope.open()) {
            Tensor pixels = Tensors.of(planar, group.size(), PixelImage.CHANNELS, size.height(), size.width())
                    .to(DType.F32)
                    .mul(1 / 127.5)
                    .add(-1);
            Tensor tokens = Autograd.off(() -> encoder.apply(pixels)).to(DType.F32);
            long count = tokens.size(0) * tokens.size(1);
            long width = tokens.size(2);
            if (slab == null || used + count > slab.size(0)) {
                slab = owner.adopt(Tensors.empty(DType.F32, Math.max(count, SLAB / width), width));
                used = 0;
            }
            slab.narrow(0, used, count).copyInPlace(tokens.reshape(count, width));
            used += count;
            return used - count;
        }
    }

    /** Number of pictures. */
    public int size() {
        return pictures.size();
    }

    /** The tokens of some pictures one after the other, {@code [k, token]}. */
    public Tensor get(int... indices) {
        List<Tensor> parts = new ArrayList<>();
        for (int index : indices) {
            Stored stored = pictures.get(index);
            parts.add(stored.slab().narrow(0, stored.from(), stored.grid().count()));
        }
        return Tensors.cat(parts, 0);
    }

    @Override
    public void close() {
        owner.close();
    }
}
