package stipple.data.packages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.emoji.FakePackages;

class NpmPackageSourceTest {
    private static final NpmPackage PACKAGE = new NpmPackage("@scope/thing", "1.2.3", "MIT", "someone");

    @TempDir
    Path folder;

    private Path cache() {
        return folder.resolve("cache");
    }

    /** An executable that stands in for npm. */
    private String npm(String script) throws IOException {
        Path file = folder.resolve("npm.sh");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private Path archive() {
        Path tgz = folder.resolve("made.tgz");
        FakePackages.write(tgz, Map.of("package.json", FakePackages.utf8("{\"big\":\"" + "x".repeat(5000) + "\"}")));
        return tgz;
    }

    private void assertCacheIsEmpty() throws IOException {
        try (Stream<Path> left = Files.list(cache())) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void a_package_is_packed_once_and_reused_then() throws IOException {
        String npm = npm("test \"$1 $3\" = 'pack @scope/thing@1.2.3' || exit 9\n" + "cp '" + archive()
                + "' scope-thing-1.2.3.tgz");
        Path got = new NpmPackageSource(cache(), npm).fetch(PACKAGE);
        assertEquals(cache().resolve("scope-thing-1.2.3.tgz"), got);
        assertEquals(got, new NpmPackageSource(cache(), "no-such-npm").fetch(PACKAGE));
    }

    @Test
    void a_missing_npm_is_one_line_that_says_what_to_do() {
        DataException e =
                assertThrows(DataException.class, () -> new NpmPackageSource(cache(), "no-such-npm").fetch(PACKAGE));
        assertTrue(e.getMessage().contains("install npm"), e.getMessage());
        assertTrue(e.getMessage().contains("scope-thing-1.2.3.tgz"), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void a_failed_fetch_tells_the_status_and_npms_first_line() throws IOException {
        String npm = npm("echo 'npm error 404 Not Found'; echo more; exit 3");
        DataException e = assertThrows(DataException.class, () -> new NpmPackageSource(cache(), npm).fetch(PACKAGE));
        assertTrue(e.getMessage().contains("status 3: npm error 404 Not Found"), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        assertCacheIsEmpty();
    }

    @Test
    void a_truncated_archive_never_enters_the_cache() throws IOException {
        Path cut = folder.resolve("cut.tgz");
        byte[] whole = Files.readAllBytes(archive());
        Files.write(cut, Arrays.copyOf(whole, whole.length - 20));
        String npm = npm("cp '" + cut + "' scope-thing-1.2.3.tgz");
        assertThrows(DataException.class, () -> new NpmPackageSource(cache(), npm).fetch(PACKAGE));
        assertCacheIsEmpty();
    }

    @Test
    void a_broken_archive_in_the_cache_is_named() throws IOException {
        Files.createDirectories(cache());
        Files.writeString(cache().resolve("scope-thing-1.2.3.tgz"), "not gzip");
        DataException e =
                assertThrows(DataException.class, () -> new NpmPackageSource(cache(), "no-such-npm").fetch(PACKAGE));
        assertTrue(e.getMessage().contains("delete it and fetch it again"), e.getMessage());
    }

    @Test
    void a_package_whose_bytes_are_not_the_pinned_ones_never_enters_the_cache() throws IOException {
        String npm = npm("cp '" + archive() + "' scope-thing-1.2.3.tgz");
        NpmPackage pinned = new NpmPackage(PACKAGE.name(), PACKAGE.version(), "MIT", "someone", "ab".repeat(64));
        DataException e = assertThrows(DataException.class, () -> new NpmPackageSource(cache(), npm).fetch(pinned));
        assertTrue(e.getMessage().contains("expected abababababababab"), e.getMessage());
        assertCacheIsEmpty();
    }

    /** The real npm against a registry of this machine; where there is no npm there is nothing to try. */
    @Test
    void npm_fetches_from_a_registry_and_the_pinned_checksum_holds() throws IOException, GeneralSecurityException {
        boolean present = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "npm")));
        Assumptions.assumeTrue(present, "npm is not installed");
        Path tgz = folder.resolve("made.tgz");
        FakePackages.write(
                tgz, Map.of("package.json", FakePackages.utf8("{\"name\":\"@scope/thing\",\"version\":\"1.2.3\"}")));
        byte[] bytes = Files.readAllBytes(tgz);
        byte[] digest = MessageDigest.getInstance("SHA-512").digest(bytes);
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String address = "http://127.0.0.1:" + registry.getAddress().getPort();
        String document = """
                {"name":"@scope/thing","dist-tags":{"latest":"1.2.3"},"versions":{"1.2.3":{"name":"@scope/thing",
                 "version":"1.2.3","dist":{"tarball":"%s/thing.tgz","integrity":"sha512-%s"}}}}""".formatted(address, Base64.getEncoder().encodeToString(digest));
        registry.createContext("/", exchange -> {
            boolean wantsArchive = exchange.getRequestURI().getPath().endsWith(".tgz");
            byte[] answer = wantsArchive ? bytes : FakePackages.utf8(document);
            exchange.getResponseHeaders()
                    .set("Content-Type", wantsArchive ? "application/octet-stream" : "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
        try {
            String npm = npm("no_proxy=127.0.0.1 NO_PROXY=127.0.0.1 exec npm --registry=" + address + " --cache='"
                    + folder.resolve("npm-cache") + "' --userconfig=/dev/null --no-update-notifier \"$@\"");
            NpmPackage pinned = new NpmPackage(
                    PACKAGE.name(),
                    PACKAGE.version(),
                    "MIT",
                    "someone",
                    HexFormat.of().formatHex(digest));
            assertArrayEquals(bytes, Files.readAllBytes(new NpmPackageSource(cache(), npm).fetch(pinned)));
        } finally {
            registry.stop(0);
        }
    }
}
