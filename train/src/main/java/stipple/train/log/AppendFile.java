package stipple.train.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * A file that grows by whole records. What cannot be written (full disk) is kept in memory and tried again with the next
 * record, and half a record is cut off again, so that the file is always readable.
 */
public final class AppendFile implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private long whole;

    /** Opens a file, creating it and its folders; what is there stays. */
    public AppendFile(Path file) {
        this.file = file;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            whole = channel.size();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Appends a record.
     *
     * @throws UserException if it could not be written yet
     */
    public void append(byte[] record) {
        waiting.writeBytes(record);
        try {
            channel.position(whole);
            AtomicFile.writeFully(channel, ByteBuffer.wrap(waiting.toByteArray()));
            whole += waiting.size();
            waiting.reset();
        } catch (IOException e) {
            cut(e);
            throw failure(e);
        }
    }

    private void cut(IOException cause) {
        try {
            channel.truncate(whole);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private UserException failure(IOException e) {
        return new UserException("Cannot write " + file + ": " + AtomicFile.reason(e), e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
