package stipple.model.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import stipple.torch.UserException;

/**
 * Writes a file whole or not at all: the bytes go to a temporary file beside the target, which takes the target's
 * place by a rename once everything is on disk. A failure (full disk, no permission) removes the temporary file, leaves
 * an earlier target as it was and is reported in one line.
 */
public final class AtomicFile {
    private AtomicFile() {}

    /** What fills the file. */
    @FunctionalInterface
    public interface Body {
        /** Writes the whole content, in order, to the channel. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Replaces or creates {@code target}, creating its parent folders.
     *
     * @throws UserException if the file cannot be written
     */
    public static void write(Path target, Body body) {
        Path temporary = null;
        try {
            Path parent = target.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            if (Files.isDirectory(target)) {
                throw new UserException("Cannot write " + target + ": it is a directory");
            }
            temporary = target.resolveSibling(
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + "-"
                            + Thread.currentThread().threadId() + ".tmp");
            fill(temporary, body);
            move(temporary, target);
            temporary = null;
        } catch (IOException failure) {
            throw new UserException(
                    "Cannot write " + target + ": " + reason(failure) + "; nothing was left behind", failure);
        } finally {
            removeQuietly(temporary);
        }
    }

    /**
     * As {@link #write(Path, Body)} with the content at hand.
     *
     * @throws UserException if the file cannot be written
     */
    public static void write(Path target, byte[] content) {
        write(target, channel -> writeFully(channel, ByteBuffer.wrap(content)));
    }

    /** Writes everything that remains in the buffer; a channel may accept less at a time. */
    public static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** The failure in a few words: the operating system's reason without the class name. */
    public static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }

    private static void fill(Path temporary, Body body) throws IOException {
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            body.writeTo(channel);
            // Without this a crash after the rename could leave a file of the right name and no content.
            channel.force(true);
        }
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException unsupported) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void removeQuietly(Path temporary) {
        if (temporary == null) {
            return;
        }
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException failure) {
            // The write's own failure is the one to report; a file that cannot be deleted either adds nothing to it.
            System.getLogger(AtomicFile.class.getName())
                    .log(System.Logger.Level.WARNING, "Could not remove " + temporary, failure);
        }
    }
}
