package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.data.pixels.PixelSize;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.model.image.TokenGrid;
import stipple.model.loss.TrainingRows;
import stipple.model.vae.Patches;
import stipple.torch.Scope;
import stipple.torch.Tensor;

final class PictureBucketsTest {
    private static PixelImage grey(int width, int height, int level) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) level);
        return new PixelImage(width, height, rgb);
    }

    @Test
    void the_nearest_shape_of_the_largest_base_that_does_not_enlarge_is_chosen() {
        PictureBuckets buckets = new PictureBuckets(List.of(256, 512));
        assertEquals(new ImageSize(512, 512), buckets.of(new PixelSize(600, 600)));
        assertEquals(new ImageSize(256, 256), buckets.of(new PixelSize(500, 500)));
        assertEquals(new ImageSize(256, 256), buckets.of(new PixelSize(100, 100)));
        // 1280x720: 9/16 = 0.5625; 12x21 tokens have 0.571, 11x23 have 0.478.
        assertEquals(new ImageSize(2 * 21 * 16, 2 * 12 * 16), buckets.of(new PixelSize(1280, 720)));
    }

    @Test
    void nearly_equal_shapes_of_an_edit_get_one_size() {
        PictureBuckets buckets = new PictureBuckets(List.of(256));
        List<ImageSize> sizes =
                buckets.ofEdit(List.of(new PixelSize(300, 300), new PixelSize(310, 290), new PixelSize(900, 300)));
        assertEquals(sizes.get(0), sizes.get(1));
        assertEquals(new ImageSize(448, 144), sizes.get(2));
    }

    @Test
    void latents_of_several_sizes_come_back_in_the_order_asked_for() {
        try (Scope scope = Scope.open();
                LatentStore store = new LatentStore(pixels -> Patches.unfold(pixels, 16), 16)) {
            List<PictureRef> refs =
                    store.add(List.of(grey(32, 16, 0), grey(16, 16, 255), grey(32, 16, 255), grey(16, 32, 0)));
            assertEquals(new TokenGrid(1, 2), refs.get(0).grid());
            assertEquals(new TokenGrid(2, 1), refs.get(3).grid());
            Tensor tokens = store.get(1, 0, 2);
            assertArrayEquals(new long[] {5, 768}, tokens.shape());
            float[] first = tokens.narrow(1, 0, 1).reshape(5).toFloats();
            assertArrayEquals(new float[] {1, -1, -1, 1, 1}, first, 1e-6f);
        }
    }

    @Test
    void a_batch_is_padded_on_the_right_and_only_learnt_pictures_are_targets() {
        try (Scope scope = Scope.open();
                LatentStore store = new LatentStore(pixels -> Patches.unfold(pixels, 16), 16)) {
            List<PictureRef> refs = store.add(List.of(grey(32, 16, 0), grey(16, 16, 255)));
            RowMaker maker = new RowMaker(Letters.TOKENS, Letters::ids);
            TokenRow edit = maker.tagged(TaggedText.parse("x", 2), refs, false);
            TokenRow pair = maker.pair(Letters.ids("y"), refs.get(1), false);
            TrainingRows batch = RowBatch.of(List.of(edit, pair), store::get, Letters.TOKENS.pad());
            assertEquals(edit.length(), batch.ids()[1].length);
            assertEquals(1004, batch.ids()[1][pair.length()]);
            assertEquals(-100, batch.labels()[1][pair.length()]);
            assertArrayEquals(new boolean[] {false, false, true, true}, batch.targets());
            assertEquals(4, batch.images().size(0));
        }
    }
}
