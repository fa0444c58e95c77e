package stipple.model.http;

import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses before a server is asked again: each twice as long as the one before and up to a quarter longer at random, so that many
 * clients do not come back at the same moment.
 *
 * @param first pause before the second attempt
 * @param longest the most between two attempts
 */
public record Backoff(Duration first, Duration longest) {
    private static final int MOST_DOUBLINGS = 20;
    private static final int MOST_DIGITS = 9;

    /** The pause after so many failures in a row, 1 or more. */
    public Duration after(int failures) {
        long most = longest.toMillis();
        long pause = Math.min(most, first.toMillis() << Math.min(failures - 1, MOST_DOUBLINGS));
        return Duration.ofMillis(
                Math.min(most, pause + ThreadLocalRandom.current().nextLong(pause / 4 + 1)));
    }

    /** Whether a status means that the same request may succeed later: 408, 429 and 5xx. */
    public static boolean passing(int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    /** How long the server asks to stay away, if it says so. */
    public static Optional<Duration> wanted(HttpResponse<?> response) {
        return response.headers().firstValue("Retry-After").flatMap(text -> parse(text.strip(), Instant.now()));
    }

    /** A {@code Retry-After} header: seconds or a date (RFC 9110 section 10.2.3); empty for anything else. */
    static Optional<Duration> parse(String text, Instant now) {
        if (!text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration left = Duration.between(now, until);
            return Optional.of(left.isNegative() ? Duration.ZERO : left);
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }
}
