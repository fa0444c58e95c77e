package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TextStreamTest {
    private static TextStream stream(int window) {
        List<int[]> documents = Stream.of("abc", "", "defgh").map(Letters::ids).toList();
        return new TextStream(documents, position -> (int) (2 - position % 3), window, 1005);
    }

    @Test
    void documents_and_ends_of_text_are_cut_into_exact_windows_across_passes() {
        String text = LongStream.range(0, 8)
                .mapToObj(p -> Letters.text(stream(5).row(p).ids()))
                .collect(Collectors.joining());
        assertEquals("defgh||abc|".repeat(4).substring(0, 40), text);
    }

    @Test
    void a_window_may_be_longer_than_a_whole_pass() {
        assertEquals(
                "defgh||abc|".repeat(3).substring(0, 25),
                Letters.text(stream(25).row(0).ids()));
        assertEquals(
                "defgh||abc|".repeat(5).substring(25, 50),
                Letters.text(stream(25).row(1).ids()));
    }

    @Test
    void everything_is_learnt() {
        TokenRow row = stream(7).row(2);
        assertEquals(Letters.text(row.ids()), Letters.learnt(row));
        assertEquals(6, row.textTargets(1003));
    }
}
