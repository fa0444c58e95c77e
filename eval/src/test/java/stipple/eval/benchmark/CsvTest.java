package stipple.eval.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void quoted_fields_hold_commas_line_ends_and_quotes() {
        assertEquals(
                List.of(List.of("a", "b"), List.of("x, y", "two\nlines"), List.of("say \"hi\"", "")),
                Csv.read("\uFEFFa,b\r\n\"x, y\",\"two\nlines\"\r\n\n\"say \"\"hi\"\"\",\n"));
    }
}
