package stipple.model.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import stipple.model.http.Backoff;
import stipple.torch.UserException;

/**
 * Requests to one hub. Redirects are followed by hand, because the token goes to the hub and not to the storage it
 * redirects to.
 */
final class HubClient implements AutoCloseable {
    private static final int MOST_REDIRECTS = 8;
    private static final int MOST_LISTING = 64 << 20;
    private static final int TOO_MANY = 429;
    private static final int RANGE = 416;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    private final HubOptions options;
    private final PullListener listener;
    private final HttpClient http;

    HubClient(HubOptions options, PullListener listener) {
        this.options = options;
        this.listener = listener;
        this.http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.retry().silence())
                .build();
    }

    /** What is listening and how patient to be. */
    Patience patience(String what) {
        return new Patience(what, options.retry(), listener);
    }

    HubOptions options() {
        return options;
    }

    /**
     * What a repository holds.
     *
     * @throws UserException if there is no such thing, or no way to it
     */
    RepositoryListing list(RepositoryId id) {
        URI uri = URI.create(
                options.endpoint() + "/api/models/" + id.path() + "/revision/" + encode(id.revision()) + "?blobs=true");
        Patience patience = patience("the list of files of " + id);
        while (true) {
            try (Answer answer = open(id, uri, 0);
                    Silence silence = new Silence(answer.body(), options.retry().silence())) {
                return RepositoryListing.parse(uri.toString(), read(silence, uri));
            } catch (IOException failure) {
                patience.failed(failure, false);
            }
        }
    }

    private static byte[] read(InputStream body, URI uri) throws IOException {
        byte[] json = body.readNBytes(MOST_LISTING + 1);
        if (json.length > MOST_LISTING) {
            throw new UserException(uri + " answers more than " + MOST_LISTING + " bytes; it is no hub for models");
        }
        return json;
    }

    /**
     * Begins to fetch a file of a commit.
     *
     * @param from the first byte wanted
     * @return status 200 (the whole file), 206 (from there) or 416
     * @throws IOException if another attempt may help
     * @throws UserException if none will
     */
    Answer open(RepositoryId id, String commit, HubFile file, long from) throws IOException {
        String path =
                Arrays.stream(file.path().split("/")).map(HubClient::encode).collect(Collectors.joining("/"));
        return open(id, URI.create(options.endpoint() + "/" + id.path() + "/resolve/" + commit + "/" + path), from);
    }

    private Answer open(RepositoryId id, URI first, long from) throws IOException {
        URI uri = first;
        Optional<String> etag = Optional.empty();
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(uri, from);
            int status = response.statusCode();
            // Storage behind the hub has tags of its own, the hub's are the digests of its files.
            if (etag.isEmpty() && sameOrigin(uri, options.endpoint())) {
                etag = response.headers()
                        .firstValue("X-Linked-Etag")
                        .or(() -> response.headers().firstValue("ETag"));
            }
            if (status == 200 || status == 206 || status == RANGE) {
                return new Answer(response, etag);
            }
            try (InputStream unread = response.body()) {
                if (!REDIRECTS.contains(status)) {
                    throw refused(id, uri, response);
                }
                uri = redirected(uri, response);
            }
        }
        throw new UserException(first + " redirects more than " + MOST_REDIRECTS + " times; use another mirror");
    }

    private HttpResponse<InputStream> send(URI uri, long from) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(options.retry().silence()).header("User-Agent", "stipple");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (sameOrigin(uri, options.endpoint())) {
            options.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private static URI redirected(URI from, HttpResponse<?> response) {
        String location = response.headers().firstValue("Location").orElse("");
        try {
            URI to = from.resolve(location);
            boolean http = "https".equalsIgnoreCase(to.getScheme())
                    || ("http".equalsIgnoreCase(to.getScheme()) && !"https".equalsIgnoreCase(from.getScheme()));
            if (!location.isEmpty() && http && to.getHost() != null) {
                return to;
            }
        } catch (IllegalArgumentException malformed) {
            throw new UserException(from + " redirects to '" + location + "', which is no address", malformed);
        }
        throw new UserException(from + " redirects to '" + location + "', which is not followed; use another mirror");
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort();
    }

    /** What a status other than success means: thrown if it is final, returned if another attempt may help. */
    private IOException refused(RepositoryId id, URI uri, HttpResponse<?> response) {
        int status = response.statusCode();
        String code = response.headers().firstValue("X-Error-Code").orElse("");
        if (Backoff.passing(status)) {
            String what = status == TOO_MANY ? "limits its requests" : "is out of order";
            return new BusyException(uri.getHost() + " " + what + " (status " + status + ")", Backoff.wanted(response));
        }
        if (!sameOrigin(uri, options.endpoint())) {
            // An address that was signed for a while may have expired; the hub signs a new one.
            return new IOException(uri.getHost() + " answered status " + status);
        }
        throw new UserException(explanation(id, status, code));
    }

    private String explanation(RepositoryId id, int status, String code) {
        String hub = options.endpoint().toString();
        if (code.equals("GatedRepo") || (status == 403 && options.token().isPresent())) {
            return id.path() + " is open only to those who were granted access: ask for it at " + hub + "/" + id.path()
                    + (options.token().isPresent()
                            ? "; the token in HF_TOKEN has none"
                            : ", then set HF_TOKEN to a token");
        }
        if (code.equals("RevisionNotFound")) {
            return id.path() + " has no revision '" + id.revision() + "' at " + hub;
        }
        if (status == 401 || status == 403) {
            return options.token().isPresent()
                    ? hub + " does not accept the token in HF_TOKEN for " + id.path() + " (status " + status + ")"
                    : "There is no public model " + id.path() + " at " + hub
                            + "; check the name, or set HF_TOKEN to a token if it is private (status " + status + ")";
        }
        if (status == 404) {
            return "There is no " + id + " at " + hub + "; check the name and the revision";
        }
        return hub + " refuses to hand out " + id + " (status " + status + ")";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /**
     * An answer whose body has not been read.
     *
     * @param etag the hub's tag of the file
     */
    record Answer(HttpResponse<InputStream> response, Optional<String> etag) implements AutoCloseable {
        int status() {
            return response.statusCode();
        }

        InputStream body() {
            return response.body();
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }
}
