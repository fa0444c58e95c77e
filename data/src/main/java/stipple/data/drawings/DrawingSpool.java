package stipple.data.drawings;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import stipple.data.build.OutputFolder;

/**
 * Sources of drawings on disk instead of in memory, for packages that are read once from front to back while the drawings
 * come in another order. The file goes when it is closed. Adding is for one thread, reading for any number.
 */
public final class DrawingSpool implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private long end;

    private DrawingSpool(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Where something was put down. */
    public record Slice(long start, int length) {}

    /** An empty spool in the folder of a set. */
    public static DrawingSpool in(Path folder) {
        Path file = folder.resolve(OutputFolder.SPOOL);
        try {
            return new DrawingSpool(
                    file,
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + folder, e);
        }
    }

    /** Puts bytes down. */
    public Slice add(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long start = end;
        while (buffer.hasRemaining()) {
            end += channel.write(buffer, end);
        }
        return new Slice(start, bytes.length);
    }

    /** What was put down. */
    public byte[] read(Slice slice) {
        ByteBuffer buffer = ByteBuffer.allocate(slice.length());
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, slice.start() + buffer.position()) < 0) {
                    throw new EOFException("it ends before byte " + (slice.start() + slice.length()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return buffer.array();
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }
}
