package stipple.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** The folder of jobs and pictures, held by one server at a time; the system lets go of it when the process dies. */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates and holds a folder.
     *
     * @throws UserException if it cannot be written, or another server holds it
     */
    static DataFolder hold(Path path) {
        FileChannel channel = null;
        try {
            Files.createDirectories(path);
            channel =
                    FileChannel.open(path.resolve("server.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new UserException("Another server uses the folder " + path + "; give this one its own by --data");
            }
            return new DataFolder(path, channel);
        } catch (IOException failure) {
            throw new UserException("Cannot use the folder " + path + ": " + AtomicFile.reason(failure), failure);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException here) {
            // Held by another server of this very process.
            return null;
        }
    }

    Path database() {
        return path.resolve("jobs.sqlite");
    }

    Path pictures() {
        return path.resolve("pictures");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            System.getLogger(DataFolder.class.getName())
                    .log(System.Logger.Level.WARNING, "Could not let go of " + path, failure);
        }
    }
}
