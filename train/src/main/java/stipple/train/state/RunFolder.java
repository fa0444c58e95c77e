package stipple.train.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * The folder of a run and its checkpoints. A checkpoint is a folder that appears under its final name only when all of it
 * is on disk, so a run that is killed at any moment leaves whole checkpoints behind.
 */
public class RunFolder {
    private static final String PREFIX = "checkpoint-";
    private static final String DAMAGED = "damaged-";
    private static final String SAVING = ".saving-";
    private static final String REMOVING = ".removing-";
    private static final String STATE = "state.json";
    private static final String RECIPE = "recipe.yaml";

    private final Path root;

    /** A folder that need not exist yet. */
    public RunFolder(Path root) {
        this.root = root;
    }

    /** The folder. */
    public final Path root() {
        return root;
    }

    /** A file or folder in it. */
    public final Path file(String name) {
        return root.resolve(name);
    }

    /** Creates the folder if need be. */
    public final void create() {
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UserException("Cannot create the run's folder " + root + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Removes what a killed run left half-written; only the holder of the lock may. */
    public final void tidy() {
        try (Stream<Path> entries = Files.list(root)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith(SAVING) || name.startsWith(REMOVING)) {
                    delete(entry);
                }
            }
        } catch (IOException e) {
            throw new UserException("Cannot tidy " + root + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * Saves a checkpoint: the writer fills a temporary folder, which is then renamed.
     *
     * @param state step, samples and best; the files are listed here
     * @throws UserException if anything cannot be written; nothing is left behind then
     */
    public void save(RunState state, String recipe, Consumer<Path> writer) {
        Path target = root.resolve(PREFIX + state.step());
        Path temporary = root.resolve(SAVING + state.step());
        try {
            delete(temporary);
            Files.createDirectories(temporary);
            writer.accept(temporary);
            AtomicFile.write(temporary.resolve(RECIPE), recipe.getBytes(StandardCharsets.UTF_8));
            RunState complete = new RunState(state.step(), state.samples(), state.best(), marks(temporary));
            AtomicFile.write(temporary.resolve(STATE), complete.json());
            sync(temporary);
            remove(target);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            sync(root);
        } catch (IOException e) {
            discard(temporary, e);
            throw new UserException("Cannot save the checkpoint " + target + ": " + AtomicFile.reason(e), e);
        } catch (RuntimeException e) {
            discard(temporary, e);
            throw e;
        }
    }

    private static void discard(Path temporary, Exception cause) {
        try {
            delete(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static Map<String, FileMark> marks(Path folder) throws IOException {
        Map<String, FileMark> marks = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted().forEach(file -> marks.put(file.getFileName().toString(), FileMark.of(file)));
        }
        return marks;
    }

    /** Makes a rename in a folder survive a power cut. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * A checkpoint on disk.
     *
     * @param folder where it lies
     * @param state what it says about itself
     */
    public record Checkpoint(Path folder, RunState state) {
        /** The recipe as it was when the checkpoint was saved, or null in a damaged one. */
        public String recipe() {
            try {
                return Files.readString(folder.resolve(RECIPE));
            } catch (IOException e) {
                return null;
            }
        }

        /** Why the files are not what was saved; empty if they are. Reads all of them. */
        public Optional<String> damage() {
            for (Map.Entry<String, FileMark> entry : state.files().entrySet()) {
                Path file = folder.resolve(entry.getKey());
                if (!Files.isRegularFile(file)) {
                    return Optional.of(entry.getKey() + " is missing");
                }
                FileMark found = FileMark.of(file);
                if (found.bytes() != entry.getValue().bytes()) {
                    return Optional.of(entry.getKey() + " has " + found.bytes() + " bytes instead of "
                            + entry.getValue().bytes());
                }
                if (!found.equals(entry.getValue())) {
                    return Optional.of(entry.getKey() + " does not have the checksum it was saved with");
                }
            }
            return Optional.empty();
        }
    }

    /** Folders that look like checkpoints but have no readable {@code state.json}. */
    public final List<Path> unreadable() {
        return folders().filter(folder -> describe(folder).isEmpty()).toList();
    }

    /** Checkpoints that say what they are, newest first. */
    public final List<Checkpoint> checkpoints() {
        return folders()
                .flatMap(folder -> describe(folder).stream())
                .sorted(Comparator.comparingLong((Checkpoint c) -> c.state().step())
                        .reversed())
                .toList();
    }

    private Stream<Path> folders() {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(p -> p.getFileName().toString().startsWith(PREFIX)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Checkpoint> describe(Path folder) {
        try {
            return RunState.parse(Files.readString(folder.resolve(STATE))).map(s -> new Checkpoint(folder, s));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Moves a damaged checkpoint out of the way without losing what is left of it; returns its new place. */
    public final Path setAside(Path checkpoint) {
        String name = checkpoint.getFileName().toString().substring(PREFIX.length());
        Path target = root.resolve(DAMAGED + name);
        try {
            remove(target);
            return Files.move(checkpoint, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UserException("Cannot rename " + checkpoint + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * Deletes all but the newest checkpoints and one more.
     *
     * @param keep how many of the newest stay
     * @param also step of a checkpoint that stays however old it is
     */
    public final void prune(int keep, long also) {
        for (Checkpoint old : checkpoints().stream().skip(keep).toList()) {
            if (old.state().step() != also) {
                try {
                    remove(old.folder());
                } catch (IOException e) {
                    throw new UserException(
                            "Cannot remove the old checkpoint " + old.folder() + ": " + AtomicFile.reason(e), e);
                }
            }
        }
    }

    /** Deletes a folder that must never be seen half-deleted. */
    private void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Path hidden = root.resolve(REMOVING + folder.getFileName());
            delete(hidden);
            Files.move(folder, hidden, StandardCopyOption.ATOMIC_MOVE);
            delete(hidden);
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
