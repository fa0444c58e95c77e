package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.image.ImageDecoder;
import stipple.train.dpo.PairFolder;
import stipple.train.dpo.PreferencePair;

class NearMissesCommandTest {
    @TempDir
    Path temp;

    private Path build(String name, Object... more) {
        Path out = temp.resolve(name);
        Object[] all = Arrays.copyOf(new Object[] {"data", "build", "near-misses", "-o", out}, 5 + more.length);
        System.arraycopy(more, 0, all, 5, more.length);
        Cli run = Cli.run(all).succeeded();
        assertTrue(run.out().contains("pairs in " + out), run.out());
        return out;
    }

    @Test
    void pairs_are_pictures_that_training_on_preferences_reads_and_the_same_every_time() throws IOException {
        Path first = build("first", "--count", 5, "--size", 64);
        Path again = build("again", "--count", 5, "--size", 64, "--threads", 1);
        List<PreferencePair> pairs = PairFolder.read(first);
        assertEquals(5, pairs.size());
        assertEquals(pairs, PairFolder.read(again));
        for (PreferencePair pair : pairs) {
            byte[] winner = Files.readAllBytes(first.resolve(pair.winner()));
            byte[] loser = Files.readAllBytes(first.resolve(pair.loser()));
            assertFalse(Arrays.equals(winner, loser), pair::toString);
            assertArrayEquals(winner, Files.readAllBytes(again.resolve(pair.winner())));
            assertEquals(64, ImageDecoder.read(first.resolve(pair.winner())).width());
        }
    }

    @Test
    void pictures_of_a_prompt_and_prompts_of_a_picture_can_be_compared() throws IOException {
        List<PreferencePair> pictures = PairFolder.read(build("pictures", "--count", 6, "--size", 64));
        List<PreferencePair> prompts =
                PairFolder.read(build("prompts", "--count", 6, "--size", 64, "--compare", "prompts"));
        List<PreferencePair> both = PairFolder.read(build("both", "--count", 6, "--size", 64, "--compare", "both"));
        assertTrue(prompts.size() > 6 && prompts.size() <= 12, prompts.size() + " pairs of prompts");
        for (PreferencePair pair : prompts) {
            assertEquals(pair.winner(), pair.loser());
            assertNotEquals(pair.prompt(), pair.loserPrompt());
        }
        assertTrue(both.containsAll(pictures) && both.containsAll(prompts));
        assertEquals(6 + prompts.size() + prompts.size() / 2, both.size());
        assertTrue(Cli.run("data", "build", "near-misses", "-o", temp.resolve("x"), "--compare", "sizes")
                .err()
                .contains("PICTURES, PROMPTS, BOTH"));
    }

    @Test
    void no_pairs_at_all_are_refused() {
        Cli run = Cli.run("data", "build", "near-misses", "-o", temp.resolve("none"), "--count", 0);
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("--count must be at least 1, got 0"), run.err());
        assertFalse(Files.exists(temp.resolve("none")));
    }
}
