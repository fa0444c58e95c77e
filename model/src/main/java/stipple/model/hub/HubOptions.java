package stipple.model.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import stipple.torch.UserException;

/**
 * Where the hub is and how patient to be with it.
 *
 * @param endpoint address of the hub or of a mirror, without a slash at the end
 * @param token sent to the endpoint and to nobody else
 * @param offline whether nothing may be fetched
 * @param connections files fetched at a time
 * @param retry what to do when a connection fails
 */
public record HubOptions(URI endpoint, Optional<String> token, boolean offline, int connections, Retry retry) {
    /** The hub that is meant when no mirror is named. */
    public static final String HUGGING_FACE = "https://huggingface.co";

    private static final int MOST_CONNECTIONS = 16;

    /**
     * Patience.
     *
     * @param attempts how often in a row something may fail without a byte of progress
     * @param firstPause before the second attempt; each further one doubles it
     * @param longestPause the most between two attempts, also where the hub asks for more: then the pull ends and says so
     * @param silence how long a connection may stay without a byte before it counts as broken
     */
    public record Retry(int attempts, Duration firstPause, Duration longestPause, Duration silence) {
        /** For real networks. */
        public static final Retry DEFAULT =
                new Retry(6, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(30));
    }

    /** Checks the ranges. */
    public HubOptions {
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw new UserException(
                    "The number of connections must be 1 to " + MOST_CONNECTIONS + ", not " + connections);
        }
    }

    /** Options for a hub at an address, by default patience. */
    public static HubOptions at(String address) {
        return new HubOptions(endpoint(address), Optional.empty(), false, 4, Retry.DEFAULT);
    }

    /** The same with a token, none where it is blank. */
    public HubOptions withToken(Optional<String> other) {
        return new HubOptions(
                endpoint, other.map(String::strip).filter(text -> !text.isEmpty()), offline, connections, retry);
    }

    /** The same, allowed to fetch or not. */
    public HubOptions withOffline(boolean forbidden) {
        return new HubOptions(endpoint, token, forbidden, connections, retry);
    }

    /** The same with another number of connections. */
    public HubOptions withConnections(int number) {
        return new HubOptions(endpoint, token, offline, number, retry);
    }

    /** The same with other patience. */
    public HubOptions withRetry(Retry other) {
        return new HubOptions(endpoint, token, offline, connections, other);
    }

    private static URI endpoint(String address) {
        try {
            URI uri = new URI(address.strip().replaceFirst("/+$", ""));
            boolean http = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getQuery() == null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException wrong) {
            throw new UserException(message(address), wrong);
        }
        throw new UserException(message(address));
    }

    private static String message(String address) {
        return "'" + address + "' is no address of a hub; it must look like " + HUGGING_FACE;
    }
}
