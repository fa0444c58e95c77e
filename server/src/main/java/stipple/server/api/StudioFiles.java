package stipple.server.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import stipple.server.http.ApiException;
import stipple.server.http.Call;

/** The web page: files on the class path under {@code studio}, none of which loads anything from elsewhere. */
final class StudioFiles {
    private static final String FOLDER = "/studio";
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "json", "application/json",
            "webmanifest", "application/manifest+json",
            "woff2", "font/woff2",
            "txt", "text/plain; charset=utf-8");
    private static final String POLICY =
            "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline';"
                    + " object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    /**
     * A file with its digest, by which browsers ask whether theirs is still good.
     *
     * @param content the bytes
     * @param tag the digest in quotes
     */
    @SuppressWarnings("ArrayRecordComponent") // served as it is; never compared by equals
    private record Served(byte[] content, String tag) {}

    private final Map<String, Served> files = new ConcurrentHashMap<>();

    /**
     * Answers with a file.
     *
     * @param path of the address
     * @throws ApiException 404 if there is none
     */
    void answer(Call call, String path) {
        String name = path.equals("/") ? "/index.html" : path;
        // Only what is there is kept, whatever is asked for.
        Optional<Served> file = PATH.matcher(name).matches()
                ? Optional.ofNullable(files.computeIfAbsent(name, StudioFiles::read))
                : Optional.empty();
        if (file.isEmpty() && path.equals("/")) {
            call.header("Location", "/openapi.json").empty(302);
            return;
        }
        Served served = file.orElseThrow(() -> ApiException.notFound(null, "not_found", "There is nothing at " + path));
        call.header("ETag", served.tag());
        // Names of built files change with their content, the page's does not.
        call.header("Cache-Control", name.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
        call.header("Content-Security-Policy", POLICY);
        call.header("Referrer-Policy", "no-referrer");
        if (call.header("If-None-Match").filter(served.tag()::equals).isPresent()) {
            call.empty(304);
            return;
        }
        String extension = name.substring(name.lastIndexOf('.') + 1);
        call.bytes(200, TYPES.getOrDefault(extension, "application/octet-stream"), served.content());
    }

    private static Served read(String name) {
        try (InputStream in = StudioFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return null;
            }
            byte[] content = in.readAllBytes();
            return new Served(content, '"' + Base64Picture.sha256(content).substring(0, 16) + '"');
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot read " + FOLDER + name, failure);
        }
    }
}
