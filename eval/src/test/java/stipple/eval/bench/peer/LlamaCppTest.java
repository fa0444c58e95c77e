package stipple.eval.bench.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.eval.bench.NamedShape;
import stipple.torch.UserException;

/** The driver's part is played by a shell script that speaks its language. */
class LlamaCppTest {
    private static final GgufShape SHAPE = new GgufShape(NamedShape.of("tiny").backbone(), GgufFormat.Q4_0);

    @TempDir
    private Path folder;

    private String program(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, List.of("#!/bin/sh", String.join("\n", lines)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    private PeerPackage prepared(String node) throws IOException {
        Files.createDirectories(folder.resolve("package/node_modules/node-llama-cpp"));
        return PeerPackage.prepare(folder.resolve("package"), node, "no npm is needed", text -> {});
    }

    @Test
    void times_come_back_in_seconds_and_nothing_is_left_behind() throws IOException {
        String node = program(
                "node",
                "[ \"$1\" = --version ] && exit 0",
                "[ -f \"$1\" ] || exit 3",
                "echo \"$2\" > '" + folder.resolve("model") + "'",
                "echo ready",
                "while read -r what times; do [ $what = prefill ] && echo 12.5 || echo 1.5 2.5 3.5; done");
        Path weights;
        try (LlamaCpp peer = LlamaCpp.start(SHAPE, prepared(node), 32, 2, text -> {})) {
            weights = Path.of(Files.readString(folder.resolve("model")).strip());
            assertTrue(Files.size(weights) > SHAPE.bytes());

            assertArrayEquals(new double[] {0.0125}, peer.prefill(1), 1e-9);
            assertArrayEquals(new double[] {0.0015, 0.0025, 0.0035}, peer.steps(3), 1e-9);
            assertEquals("Q4_0", peer.format());
        }
        assertFalse(Files.exists(weights.getParent()));
    }

    @Test
    void a_program_that_ends_is_reported_with_its_complaint() throws IOException {
        String node =
                program("node", "[ \"$1\" = --version ] && exit 0", "echo 'Error: no such processor' >&2", "exit 1");

        String said = assertThrows(UserException.class, () -> LlamaCpp.start(SHAPE, prepared(node), 32, 2, text -> {}))
                .getMessage();

        assertTrue(said.contains("llama.cpp has ended: Error: no such processor"), said);
    }

    @Test
    void a_machine_without_node_is_told_what_to_install() {
        String said = assertThrows(
                        UserException.class,
                        () -> PeerPackage.prepare(
                                folder.resolve("package"),
                                folder.resolve("none").toString(),
                                "npm",
                                text -> {}))
                .getMessage();

        assertTrue(said.contains("install Node 20"), said);
        assertEquals(1, said.lines().count());
    }

    @Test
    void a_package_that_cannot_be_had_is_told_with_the_reason() throws IOException {
        String node = program("node", "exit 0");
        String npm = program("npm", "echo 'npm error code ENOTFOUND' >&2", "exit 1");

        String said = assertThrows(
                        UserException.class,
                        () -> PeerPackage.prepare(folder.resolve("package"), node, npm, text -> {}))
                .getMessage();

        assertTrue(said.contains("node-llama-cpp 3.22.1 cannot be had (npm error code ENOTFOUND)"), said);
    }
}
