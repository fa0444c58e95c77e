package stipple.model.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stipple.model.config.ModelConfigReader;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * The folder of models: own ones under their names, pulled ones as {@code owner/name}, or {@code owner/name@revision} for
 * another revision than {@code main}.
 */
public final class ModelStore {
    private static final int CHUNK = 1 << 20;

    private final Path root;

    /** A store in a folder that need not exist. */
    public ModelStore(Path root) {
        this.root = root;
    }

    /**
     * Where a model came from.
     *
     * @param id as it was asked for
     * @param commit that was pulled
     * @param hub address it was pulled from
     * @param pulled when, in ISO 8601
     * @param files how many
     * @param bytes of all files
     */
    public record Origin(String id, String commit, String hub, String pulled, int files, long bytes) {}

    /** The folder in which the models lie. */
    public Path root() {
        return root;
    }

    /** Where a pulled model lies or would lie. */
    public Path folder(RepositoryId id) {
        return root.resolve(id.owner()).resolve(id.folderName());
    }

    /** The folder of a pulled model, if it is there. */
    public Optional<Path> find(RepositoryId id) {
        return Optional.of(folder(id)).filter(Files::isDirectory);
    }

    /** What a model is called: its path below the root. */
    public String name(Path folder) {
        return root.relativize(folder).toString().replace("%2F", "/");
    }

    /**
     * All folders that look like models, by name.
     *
     * @throws UserException if a folder cannot be read
     */
    public List<Path> all() {
        List<Path> found = new ArrayList<>();
        for (Path first : visible(root)) {
            if (model(first)) {
                found.add(first);
            } else {
                visible(first).stream().filter(ModelStore::model).forEach(found::add);
            }
        }
        return List.copyOf(found);
    }

    private static boolean model(Path folder) {
        return Files.isRegularFile(folder.resolve(ModelConfigReader.FILE));
    }

    private static List<Path> visible(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> Files.isDirectory(child)
                            && !child.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UserException("Cannot list " + folder + ": " + AtomicFile.reason(failure), failure);
        }
    }

    /** Where the model of a folder came from, empty if it was not pulled. */
    public Optional<Origin> origin(Path folder) {
        return PulledModel.read(folder)
                .map(pulled -> new Origin(
                        pulled.id(),
                        pulled.commit(),
                        pulled.hub(),
                        pulled.pulled(),
                        pulled.files().size(),
                        pulled.bytes()));
    }

    /**
     * Reads all files of a pulled model and compares them with the digests that the hub listed.
     *
     * @return the files that differ or are missing
     * @throws UserException if the folder was not pulled, or a file cannot be read
     */
    public List<String> damaged(Path folder) {
        PulledModel pulled = PulledModel.read(folder).orElseThrow(() -> new UserException(notPulled(folder)));
        return pulled.files().stream()
                .filter(file -> !intact(folder.resolve(file.path()), file))
                .map(HubFile::path)
                .toList();
    }

    private static boolean intact(Path path, HubFile file) {
        try {
            if (!Files.isRegularFile(path) || Files.size(path) != file.size()) {
                return false;
            }
            MessageDigest digest = file.digest().start(file.size());
            ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
            try (FileChannel channel = FileChannel.open(path)) {
                while (channel.read(buffer.clear()) >= 0) {
                    digest.update(buffer.flip());
                }
            }
            return file.digest().matches(digest.digest());
        } catch (IOException failure) {
            throw new UserException("Cannot read " + path + ": " + AtomicFile.reason(failure), failure);
        }
    }

    /**
     * Removes a pulled model and what interrupted pulls of it left.
     *
     * @return bytes that the files had
     * @throws UserException if there is no such model, or the folder was not pulled
     */
    public long remove(RepositoryId id, PullListener listener) {
        Path folder = folder(id);
        if (!Files.isDirectory(folder) && Staging.leftBeside(folder).isEmpty()) {
            throw new UserException("There is no pulled model " + id + " in " + root);
        }
        try (PullLock lock = PullLock.of(folder, listener)) {
            if (Files.isDirectory(folder) && PulledModel.read(folder).isEmpty()) {
                throw new UserException(notPulled(folder) + ", so it is not removed; delete the folder yourself");
            }
            long bytes = size(folder) + size(Staging.beside(folder));
            Staging.remove(Staging.beside(folder));
            if (Files.isDirectory(folder)) {
                // Under another name first, so that a model that is half removed is none.
                Path old = Staging.beside(folder);
                Files.move(folder, old);
                Staging.remove(old);
            }
            return bytes;
        } catch (IOException failure) {
            throw new UserException("Cannot remove " + folder + ": " + AtomicFile.reason(failure), failure);
        }
    }

    private static long size(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    private static String notPulled(Path folder) {
        return folder + " was not pulled from a hub";
    }
}
