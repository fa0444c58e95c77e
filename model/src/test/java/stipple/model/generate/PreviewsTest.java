package stipple.model.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.torch.UserException;

/** Which rows are shown. */
class PreviewsTest {
    private static List<Integer> shown(Previews previews, int kept, int rows) {
        return IntStream.rangeClosed(kept + 1, rows)
                .filter(row -> previews.after(row, kept, rows))
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 8, ''",
        "1, 0, 8, '4'",
        "3, 0, 8, '2,4,6'",
        "2, 0, 8, '3,6'",
        "3, 4, 8, '5,6,7'",
        "3, 6, 8, '7'",
        "3, 7, 8, ''"
    })
    void a_number_is_spread_evenly_over_the_rows_that_are_drawn(int count, int kept, int rows, String expected) {
        List<Integer> rowsShown = expected.isEmpty()
                ? List.of()
                : List.of(expected.split(",")).stream().map(Integer::valueOf).toList();
        assertEquals(rowsShown, shown(new Previews(count), kept, rows));
    }

    @Test
    void every_row_is_every_row_but_the_last() {
        assertEquals(List.of(1, 2, 3), shown(Previews.EVERY_ROW, 0, 4));
        assertEquals(List.of(), shown(Previews.NONE, 0, 4));
    }

    @Test
    void as_many_come_as_are_asked_for_whatever_the_height() {
        for (int rows = 2; rows < 70; rows++) {
            for (int count = 0; count < 70; count++) {
                assertEquals(
                        Math.min(count, rows - 1),
                        shown(new Previews(count), 0, rows).size(),
                        count + " of " + rows);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, Integer.MAX_VALUE})
    void they_survive_the_way_to_json_and_back(int count) {
        assertEquals(Optional.of(new Previews(count)), Previews.of(new Previews(count).json()));
    }

    @Test
    void anything_else_is_refused() {
        assertEquals(Optional.empty(), Previews.of(TextNode.valueOf("all")));
        assertThrows(UserException.class, () -> new Previews(-1));
    }
}
