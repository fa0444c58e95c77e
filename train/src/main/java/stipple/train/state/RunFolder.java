package stipple.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * The folder of a run and its checkpoints. A checkpoint is a folder that appears under its final name only when all of it
 * is on disk, so a run that is killed at any moment leaves whole checkpoints behind.
 */
final class RunFolder {
    private static final String PREFIX = "checkpoint-";
    private static final String STATE = "state.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;

    RunFolder(Path root) {
        this.root = root;
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UserException("Cannot create the run's folder " + root + ": " + AtomicFile.reason(e), e);
        }
    }

    Path file(String name) {
        return root.resolve(name);
    }

    /** Saves a checkpoint: the writer fills a temporary folder, which is then renamed. */
    void save(long step, String recipe, Consumer<Path> writer) {
        Path target = root.resolve(PREFIX + step);
        Path temporary = root.resolve(".saving-" + step);
        try {
            delete(temporary);
            Files.createDirectories(temporary);
            writer.accept(temporary);
            AtomicFile.write(temporary.resolve("recipe.yaml"), recipe.getBytes(StandardCharsets.UTF_8));
            ObjectNode state = JSON.createObjectNode().put("step", step);
            AtomicFile.write(temporary.resolve(STATE), state.toString().getBytes(StandardCharsets.UTF_8));
            delete(target);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UserException("Cannot save the checkpoint " + target + ": " + AtomicFile.reason(e), e);
        }
    }

    /** A checkpoint on disk. */
    record Checkpoint(Path folder, long step) {}

    /** Whole checkpoints, newest first. */
    List<Checkpoint> checkpoints() {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(p -> p.getFileName().toString().startsWith(PREFIX))
                    .map(RunFolder::describe)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparingLong(Checkpoint::step).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Checkpoint> describe(Path folder) {
        Path state = folder.resolve(STATE);
        if (!Files.isRegularFile(state)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(state.toFile());
            return json.path("step").isIntegralNumber()
                    ? Optional.of(new Checkpoint(folder, json.path("step").asLong()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Deletes all but the newest checkpoints. */
    void prune(int keep) {
        for (Checkpoint old : checkpoints().stream().skip(keep).toList()) {
            try {
                delete(old.folder());
            } catch (IOException e) {
                throw new UserException(
                        "Cannot remove the old checkpoint " + old.folder() + ": " + AtomicFile.reason(e), e);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(folder)) {
            entries = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.delete(entry);
        }
    }
}
