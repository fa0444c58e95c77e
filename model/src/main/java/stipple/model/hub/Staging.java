package stipple.model.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The hidden folder beside a model where its files gather: {@code parts} on their way and {@code whole} when verified, both
 * named by digest; {@code tree}, which becomes the model's folder by one rename; {@code old}, the model it replaces.
 */
final class Staging {
    private final Path root;

    Staging(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("parts"));
        Files.createDirectories(root.resolve("whole"));
    }

    Path part(HubFile file) {
        return root.resolve("parts").resolve(file.digest().hex());
    }

    Path whole(HubFile file) {
        return root.resolve("whole").resolve(file.digest().hex());
    }

    /** Bytes of a file that are there already. */
    long present(HubFile file) throws IOException {
        if (Files.exists(whole(file))) {
            return file.size();
        }
        return Files.exists(part(file)) ? Math.min(Files.size(part(file)), file.size()) : 0;
    }

    /** Takes over a file of the model that is to be replaced. */
    void adopt(Path existing, HubFile file) throws IOException {
        if (Files.exists(whole(file)) || !Files.isRegularFile(existing) || Files.size(existing) != file.size()) {
            return;
        }
        try {
            Files.createLink(whole(file), existing);
        } catch (IOException | UnsupportedOperationException noLinks) {
            Path copy = root.resolve("parts").resolve("copy");
            Files.copy(existing, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, whole(file));
        }
    }

    /** A folder of those files, in place of an earlier one. */
    Path tree(List<HubFile> files) throws IOException {
        Path tree = root.resolve("tree");
        remove(tree);
        Files.createDirectories(tree);
        for (HubFile file : files) {
            Path target = tree.resolve(file.path());
            Files.createDirectories(target.getParent());
            try {
                Files.createLink(target, whole(file));
            } catch (IOException | UnsupportedOperationException noLinks) {
                Files.copy(whole(file), target);
            }
        }
        return tree;
    }

    /** Puts the tree in the place of the model and removes everything else. */
    void publish(Path target) throws IOException {
        Path old = root.resolve("old");
        boolean replaces = Files.exists(target);
        if (replaces) {
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(root.resolve("tree"), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            if (replaces) {
                Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            }
            throw failure;
        }
        remove(root);
    }

    /** Brings back a model that was about to be replaced when its process died. */
    void recover(Path target) throws IOException {
        Path old = root.resolve("old");
        if (Files.exists(old)) {
            if (Files.exists(target)) {
                remove(old);
            } else {
                Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** Removes everything: there is nothing that a later pull could use. */
    void discard() throws IOException {
        remove(root);
    }

    /** Bytes that can be written beside it. */
    long freeSpace() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    /** Removes a folder with all that is in it, if it is there. */
    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }

    /** Where the files of a model gather. */
    static Path beside(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".pull");
    }

    /** The folder if it is there, without creating it. */
    static Optional<Path> leftBeside(Path target) {
        return Optional.of(beside(target)).filter(Files::isDirectory);
    }
}
