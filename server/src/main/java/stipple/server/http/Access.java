package stipple.server.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who may ask: holders of a key, and pages of trusted origins. */
public final class Access {
    private static final String BEARER = "Bearer ";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final List<byte[]> keys;
    private final List<String> origins;
    private final boolean loopbackOnly;
    private final Optional<String> publicHost;

    /**
     * Rules of access.
     *
     * @param keys of which one must be given, none to let everybody in
     * @param origins of pages on other sites that may use the server, {@code *} for all
     * @param loopbackOnly whether the server listens to this machine alone; then it must also be called by a name of this
     *     machine, or a page of a foreign site could reach it by a name that resolves to it
     * @param publicUrl by which clients know the server, or null
     */
    public Access(List<String> keys, List<String> origins, boolean loopbackOnly, URI publicUrl) {
        this.keys = keys.stream().map(Access::digest).toList();
        this.origins = List.copyOf(origins);
        this.loopbackOnly = loopbackOnly;
        this.publicHost = Optional.ofNullable(publicUrl).map(URI::getHost);
    }

    /**
     * Lets a request in.
     *
     * @param needsKey whether the route is for holders of a key
     * @throws ApiException 401 or 403 otherwise
     */
    void check(Call call, boolean needsKey) {
        String host = call.header("Host").orElse("");
        String name = host.replaceFirst(":\\d+$", "");
        boolean known =
                LOOPBACK.contains(name) || publicHost.filter(name::equals).isPresent();
        if (loopbackOnly && !known) {
            throw ApiException.mistake(
                    403, "host_not_allowed", "This server answers as localhost only; see --public-url");
        }
        Optional<String> origin = call.header("Origin");
        if (origin.isPresent()
                && !sameSite(origin.get(), host)
                && allowed(origin.get()).isEmpty()) {
            throw ApiException.mistake(
                    403, "origin_not_allowed", "Pages of " + origin.get() + " may not use this server; see --cors");
        }
        if (needsKey && !keys.isEmpty() && !holdsKey(call)) {
            throw ApiException.mistake(
                    401, "invalid_api_key", "Give a valid API key in the header 'Authorization: Bearer KEY'");
        }
    }

    /** The value of {@code Access-Control-Allow-Origin} for a page, if it may use the server. */
    Optional<String> allowed(String origin) {
        return origins.contains("*") || origins.contains(origin) ? Optional.of(origin) : Optional.empty();
    }

    private boolean holdsKey(Call call) {
        String header = call.header("Authorization").orElse("");
        byte[] given = digest(
                header.startsWith(BEARER) ? header.substring(BEARER.length()).strip() : "");
        boolean found = false;
        for (byte[] key : keys) {
            // All of them, so that the time tells nothing.
            found |= MessageDigest.isEqual(key, given);
        }
        return found;
    }

    private static boolean sameSite(String origin, String host) {
        return origin.replaceFirst("^https?://", "").equalsIgnoreCase(host);
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
