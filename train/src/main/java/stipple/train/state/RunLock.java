package stipple.train.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * Keeps two runs out of one folder. The operating system drops the lock with the process, however that ends, so nothing
 * stale is left behind.
 */
public final class RunLock implements AutoCloseable {
    private static final String FILE = ".lock";

    /** Folders locked by this process: closing any channel of a file drops all locks that the process has on it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Locks an existing folder.
     *
     * @throws UserException if another run has it
     */
    public static RunLock take(Path folder) {
        Path file = folder.resolve(FILE);
        Path real;
        try {
            real = folder.toRealPath();
        } catch (IOException e) {
            throw new UserException("Cannot lock " + folder + ": " + AtomicFile.reason(e), e);
        }
        if (!HELD.add(real)) {
            throw busy(folder, Long.toString(ProcessHandle.current().pid()));
        }
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw busy(folder, Files.readString(file).strip());
            }
            channel.truncate(0);
            String pid = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
            return new RunLock(real, channel);
        } catch (IOException e) {
            HELD.remove(real);
            throw new UserException("Cannot lock " + file + ": " + AtomicFile.reason(e), e);
        } catch (UserException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private static UserException busy(Path folder, String pid) {
        return new UserException("Another run (process " + pid + ") is training into " + folder
                + "; wait for it, or give this one another output");
    }

    @Override
    public void close() {
        HELD.remove(folder);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UserException("Cannot unlock " + folder + ": " + AtomicFile.reason(e), e);
        }
    }
}
