package stipple.model.hub;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The hub cannot answer now (status 408, 429 or 5xx) and may say when to come back. */
final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_DIGITS = 9;

    private final Optional<Duration> retryAfter;

    BusyException(String message, Optional<String> retryAfter) {
        super(message);
        this.retryAfter = retryAfter.flatMap(text -> parse(text.strip(), Instant.now()));
    }

    /** How long to stay away. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** A {@code Retry-After} header: seconds or a date (RFC 9110 section 10.2.3); empty for anything else. */
    static Optional<Duration> parse(String text, Instant now) {
        if (!text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration until = Duration.between(
                    now,
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return Optional.of(until.isNegative() ? Duration.ZERO : until);
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }
}
