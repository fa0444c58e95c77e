package stipple.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.torch.UserException;

class AspectBucketsTest {
    @Test
    void the_published_list_holds_for_256_and_doubles_for_512() {
        List<ImageSize> small = AspectBuckets.ofBase(256).sizes();
        List<ImageSize> large = AspectBuckets.ofBase(512).sizes();
        assertEquals(17, small.size());
        assertEquals(new ImageSize(512, 128), small.getFirst());
        assertEquals("9*28", small.get(1).grid(16).text());
        for (int i = 0; i < small.size(); i++) {
            assertEquals(new ImageSize(small.get(i).width() * 2, small.get(i).height() * 2), large.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64, 128, 384, 1024})
    void every_base_gives_distinct_sizes_in_whole_tokens_with_a_square(int base) {
        AspectBuckets buckets = AspectBuckets.ofBase(base);
        assertTrue(buckets.sizes().contains(new ImageSize(base, base)));
        assertEquals(buckets.sizes().size(), buckets.sizes().stream().distinct().count());
        for (ImageSize size : buckets.sizes()) {
            assertTrue(size.grid(16).count() > 0);
            assertTrue(
                    buckets.sizes().contains(new ImageSize(/* width= */ size.height(), /* height= */ size.width())),
                    size + " turned");
        }
    }

    @Test
    void the_nearest_bucket_is_chosen_by_ratio() {
        AspectBuckets buckets = AspectBuckets.ofBase(256);
        assertEquals(new ImageSize(256, 256), buckets.nearest(4000, 4000));
        assertEquals(new ImageSize(336, 192), buckets.nearest(1920, 1080));
        assertEquals(new ImageSize(128, 512), buckets.nearest(10, 9000));
        assertEquals(new ImageSize(512, 128), buckets.nearest(9000, 10));
    }

    @Test
    void a_size_that_is_no_bucket_is_refused_with_the_list() {
        AspectBuckets buckets = AspectBuckets.ofBase(64);
        UserException error = assertThrows(UserException.class, () -> buckets.require(new ImageSize(48, 48)));
        assertTrue(error.getMessage().contains("48x48") && error.getMessage().contains("64x64"), error.getMessage());
        assertEquals(new ImageSize(64, 64), buckets.require(ImageSize.parse("64x64")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -16, 100})
    void an_impossible_base_is_refused(int base) {
        assertThrows(UserException.class, () -> AspectBuckets.ofBase(base));
    }

    @Test
    void sizes_are_read_as_width_by_height() {
        assertEquals(new ImageSize(640, 480), ImageSize.parse(" 640x480 "));
        assertEquals("30*40", ImageSize.parse("640X480").grid(16).text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "512", "512x", "axb", "0x512", "-1x5", "512*512", "1000000x1"})
    void what_is_no_size_is_refused(String text) {
        assertThrows(UserException.class, () -> ImageSize.parse(text));
    }

    @Test
    void a_size_in_broken_tokens_is_refused() {
        UserException error = assertThrows(UserException.class, () -> new ImageSize(100, 64).grid(16));
        assertTrue(error.getMessage().contains("multiples of 16"), error.getMessage());
    }
}
