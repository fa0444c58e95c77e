package stipple.server.runs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads files of folders that may come from somebody else: plain files only, so that no link leads out of the folder and no
 * pipe holds the reader up, and no more of them than fits.
 */
final class PlainFiles {
    private PlainFiles() {}

    /** Whether there is a plain file. */
    static boolean is(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether there is a folder. */
    static boolean isFolder(Path folder) {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** A plain file, opened for reading. */
    static SeekableByteChannel open(Path file) throws IOException {
        if (!is(file)) {
            throw new IOException("it is no plain file");
        }
        return Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Bytes of a file from a position to its end as it is now.
     *
     * @throws IOException also if there are more than {@code most}
     */
    static byte[] read(Path file, long from, long most) throws IOException {
        try (SeekableByteChannel channel = open(file)) {
            long count = Math.max(0, channel.size() - from);
            if (count > most) {
                throw new IOException("it has " + count + " bytes, more than the " + most + " that are read");
            }
            return bytes(channel, from, (int) count);
        }
    }

    /** Bytes of a file from a position, at most so many. */
    static byte[] piece(Path file, long from, int most) throws IOException {
        try (SeekableByteChannel channel = open(file)) {
            return bytes(channel, from, (int) Math.min(most, Math.max(0, channel.size() - from)));
        }
    }

    private static byte[] bytes(SeekableByteChannel channel, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        channel.position(from);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // Until all of it is there, or the file was cut meanwhile.
        }
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** The last lines of a text, whole ones, within so many bytes. */
    static String tail(Path file, int most) throws IOException {
        long skipped = Math.max(0, Files.size(file) - most);
        String text = new String(piece(file, skipped, most), StandardCharsets.UTF_8);
        return skipped == 0 ? text : text.substring(text.indexOf('\n') + 1);
    }

    /** What lies in a folder under names that fit, sorted by name; nothing if there is no such folder. */
    static List<Path> list(Path folder, Predicate<String> name) throws IOException {
        if (!isFolder(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> name.test(entry.getFileName().toString()))
                    .sorted(Comparator.comparing(entry -> entry.getFileName().toString()))
                    .toList();
        }
    }

    /**
     * A plain file inside a folder, by a name that somebody else gave; no part of the way may be a link.
     *
     * @param name such as {@code pictures/a/1.png}
     */
    static Optional<Path> inside(Path folder, String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.startsWith("/") || name.indexOf('\\') >= 0) {
            return Optional.empty();
        }
        Path at = folder;
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || Files.isSymbolicLink(at.resolve(part))) {
                return Optional.empty();
            }
            at = at.resolve(part);
        }
        return is(at) ? Optional.of(at) : Optional.empty();
    }
}
