package stipple.model.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void pauses_double_with_some_chance_up_to_the_longest() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1000));
        for (int failures = 1; failures <= 100; failures++) {
            long least = Math.min(1000, 100L << Math.min(failures - 1, 10));
            long pause = backoff.after(failures).toMillis();
            assertTrue(pause >= least && pause <= Math.min(1000, least * 5 / 4), failures + ": " + pause);
        }
    }

    @Test
    void a_server_may_ask_for_seconds_or_for_a_date_and_anything_else_is_no_wish() {
        assertEquals(Optional.of(Duration.ofSeconds(7)), Backoff.parse("7", NOON));
        assertEquals(Optional.of(Duration.ofSeconds(30)), Backoff.parse("Sun, 01 Mar 2026 12:00:30 GMT", NOON));
        assertEquals(Optional.of(Duration.ZERO), Backoff.parse("Sun, 01 Mar 2026 11:00:00 GMT", NOON));
        for (String none : new String[] {"", "soon", "-1", "12345678901"}) {
            assertEquals(Optional.empty(), Backoff.parse(none, NOON), none);
        }
    }

    @Test
    void only_what_may_pass_is_worth_another_attempt() {
        for (int status : new int[] {408, 429, 500, 503}) {
            assertTrue(Backoff.passing(status), "" + status);
        }
        for (int status : new int[] {200, 400, 401, 404, 409}) {
            assertFalse(Backoff.passing(status), "" + status);
        }
    }
}
