package stipple.train.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** Copies the files of a folder that an exported model needs beside its weights. */
public final class FolderCopy {
    private FolderCopy() {}

    /** Copies the files with one of the endings; sub-folders are left out. */
    public static void files(Path from, Path to, String... endings) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (Files.isRegularFile(entry) && List.of(endings).stream().anyMatch(name::endsWith)) {
                    AtomicFile.write(to.resolve(name), Files.readAllBytes(entry));
                }
            }
        } catch (IOException e) {
            throw new UserException("Cannot copy " + from + " to " + to + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Copies files of these names, those that are there. */
    public static void named(Path from, Path to, List<String> names) {
        for (String name : names) {
            Path file = from.resolve(name);
            if (Files.isRegularFile(file)) {
                try {
                    AtomicFile.write(to.resolve(name), Files.readAllBytes(file));
                } catch (IOException e) {
                    throw new UserException("Cannot copy " + file + " to " + to + ": " + AtomicFile.reason(e), e);
                }
            }
        }
    }
}
