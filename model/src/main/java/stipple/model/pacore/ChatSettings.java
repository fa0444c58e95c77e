package stipple.model.pacore;

import java.net.URI;
import java.time.Duration;
import stipple.torch.UserException;

/**
 * How an OpenAI-compatible chat endpoint is asked.
 *
 * @param base address up to and without {@code /chat/completions}, such as {@code http://127.0.0.1:8000/v1}
 * @param model its name there
 * @param key sent as bearer token; empty for none
 * @param sampling of answers
 * @param sendSeed whether a seed is sent along, which not every server takes
 * @param retries how often an answer is asked for again; published: 5
 * @param firstPause wait before the first retry, doubled for each further one
 * @param timeout for a whole answer; published: 7200 s
 */
public record ChatSettings(
        URI base,
        String model,
        String key,
        Sampling sampling,
        boolean sendSeed,
        int retries,
        Duration firstPause,
        Duration timeout) {
    /** Checks ranges. */
    public ChatSettings {
        if (base.getHost() == null
                || !(base.getScheme().equals("http") || base.getScheme().equals("https"))) {
            throw new UserException(
                    "The endpoint must be an http or https address such as http://127.0.0.1:8000/v1, got '" + base
                            + "'");
        }
        if (model.isBlank()) {
            throw new UserException("Name the model that the endpoint " + base + " shall answer with");
        }
        if (retries < 0 || retries > 100) {
            throw new UserException("Retries must be from 0 to 100, got " + retries);
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new UserException("The timeout must be above 0, got " + timeout.toSeconds() + " s");
        }
    }

    /** With the published retries and timeout, and seeds. */
    public static ChatSettings of(String base, String model, String key) {
        return new ChatSettings(
                address(base), model, key, Sampling.DEFAULT, true, 5, Duration.ofSeconds(1), Duration.ofSeconds(7200));
    }

    /**
     * Reads an address.
     *
     * @throws UserException if it is none
     */
    public static URI address(String text) {
        try {
            URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (uri.getScheme() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new UserException("The endpoint '" + text + "' is not an address", e);
        }
        throw new UserException(
                "The endpoint must be an http or https address such as http://127.0.0.1:8000/v1, got '" + text + "'");
    }
}
