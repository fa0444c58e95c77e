package stipple.eval.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs recorded from the NumPy implementation in {@code src/test/python}, with the settings that the golden run leaves
 * out: three guidance blocks, several pictures with shared noise, position tables, oblong pictures, a tied head.
 */
class IndependentRunsTest {
    @ParameterizedTest
    @ValueSource(strings = {"legacy-names", "trainer-names"})
    void a_run_of_another_implementation_is_reproduced(String name) {
        Path folder = Path.of("src/test/resources/runs", name);
        VerifyReport report = Verification.run(folder, folder.resolve(Verification.FILE), result -> {});
        assertEquals(
                List.of(), report.results().stream().filter(r -> !r.passed()).toList());
        assertEquals(25, report.results().size());
        assertTrue(report.results().stream().noneMatch(r -> r.note().contains("as computed")), "the table is applied");
    }
}
