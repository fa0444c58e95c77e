package stipple.data.shards;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.data.DataException;

/** The samples of one tar: where each member lies. Groups are in the order of the file, each with exactly one JSON. */
record ShardIndex(Path file, long fileSize, List<Group> groups) {
    private static final Pattern NUMBERED = Pattern.compile("(.+)-(\\d+)");
    private static final Set<String> IMAGES = Set.of("jpg", "jpeg", "png", "webp");

    /** The content of one member: byte offset in the tar and size. */
    record Member(long offset, long size, int number) {}

    /** One sample. */
    record Group(String key, Member json, List<Member> images) {}

    /** Reads all headers of a tar; a broken or truncated one is refused with file and offset. */
    static ShardIndex scan(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            return new Scan(file, channel).run();
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Opens the file for reading, unless it is no longer the file that was scanned. */
    FileChannel openUnchanged() throws IOException {
        FileChannel channel = FileChannel.open(file);
        if (channel.size() != fileSize) {
            long now = channel.size();
            channel.close();
            throw new DataException(file + " changed from " + fileSize + " to " + now
                    + " bytes while it was in use; open the data set again");
        }
        return channel;
    }

    private static final class Scan {
        private final Path file;
        private final FileChannel channel;
        private final List<Group> groups = new ArrayList<>();
        private final Set<String> keys = new HashSet<>();
        private String key;
        private long keyOffset;
        private Member json;
        private List<Member> images = new ArrayList<>();

        Scan(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        ShardIndex run() throws IOException {
            long size = channel.size();
            long at = 0;
            while (true) {
                if (at + TarBlocks.BLOCK > size) {
                    throw broken(at, "the archive ends without its closing zero blocks (truncated?)");
                }
                byte[] header = block(at);
                if (isZero(header)) {
                    break;
                }
                if (TarBlocks.number(header, 148, 8) != TarBlocks.checksum(header)) {
                    throw broken(at, "the header checksum does not match (not a tar, or damaged)");
                }
                long length = TarBlocks.number(header, 124, 12);
                if (length < 0 || length > size - at - TarBlocks.BLOCK) {
                    throw broken(at, "the member's size field (" + length + ") reaches past the end of the file");
                }
                member(header, at, length);
                at += TarBlocks.BLOCK + length + TarBlocks.padding(length);
            }
            flush();
            return new ShardIndex(file, size, List.copyOf(groups));
        }

        private void member(byte[] header, long at, long length) throws IOException {
            switch (header[156]) {
                case '0', 0 -> file(header, at, length);
                case '5', 'g' -> {
                    // folders and archive-wide comments carry no sample
                }
                case 'x' -> {
                    byte[] records = new byte[Math.toIntExact(Math.min(length, 1 << 16))];
                    channel.read(ByteBuffer.wrap(records), at + TarBlocks.BLOCK);
                    String text = new String(records, StandardCharsets.UTF_8);
                    if (text.contains(" path=") || text.contains(" size=")) {
                        throw broken(at, "a pax record renames or resizes a member; write shards as plain ustar");
                    }
                }
                default ->
                    throw broken(
                            at, "a member of type '" + (char) header[156] + "'; write shards as plain ustar files");
            }
        }

        private void file(byte[] header, long at, long length) {
            String name = TarBlocks.text(header, 0, 100);
            if (header[345] != 0 && TarBlocks.text(header, 257, 5).equals("ustar") && header[262] == 0) {
                throw broken(
                        at, "the name of '" + name + "' is split over the prefix field; use names under 100 bytes");
            }
            if (name.startsWith("./")) {
                name = name.substring(2);
            }
            int dot = name.indexOf('.');
            if (dot <= 0 || dot != name.lastIndexOf('.')) {
                throw broken(at, "the member name '" + name + "' needs exactly one dot, like KEY.json or KEY-0.png");
            }
            String stem = name.substring(0, dot);
            String extension = name.substring(dot + 1);
            Matcher m = NUMBERED.matcher(stem);
            boolean numbered = m.matches();
            String group = numbered ? m.group(1) : stem;
            if (!group.equals(key)) {
                flush();
                key = group;
                keyOffset = at;
            }
            if (length > Integer.MAX_VALUE - 8) {
                throw broken(at, "the member '" + name + "' has " + length + " bytes; one member holds under 2 GiB");
            }
            int number;
            try {
                number = numbered ? Integer.parseInt(m.group(2)) : -1;
            } catch (NumberFormatException e) {
                throw new DataException(
                        file + ": the number in the member name '" + name + "' at byte " + at + " is too large", e);
            }
            Member member = new Member(at + TarBlocks.BLOCK, length, number);
            if (extension.equals("json")) {
                if (json != null) {
                    throw broken(at, "sample '" + key + "' has two JSON members");
                }
                json = member;
            } else if (IMAGES.contains(extension)) {
                images.add(member);
            } else {
                throw broken(at, "the member '" + name + "' is neither json nor jpg, jpeg, png or webp");
            }
        }

        private void flush() {
            if (key == null) {
                return;
            }
            if (json == null) {
                throw broken(keyOffset, "sample '" + key + "' has no JSON member");
            }
            images.sort(Comparator.comparingInt(Member::number));
            String unique = key;
            for (int i = 1; !keys.add(unique); i++) {
                unique = key + "_" + i;
            }
            groups.add(new Group(unique, json, List.copyOf(images)));
            key = null;
            json = null;
            images = new ArrayList<>();
        }

        private byte[] block(long at) throws IOException {
            byte[] bytes = new byte[TarBlocks.BLOCK];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {}
            return bytes;
        }

        private static boolean isZero(byte[] header) {
            for (byte b : header) {
                if (b != 0) {
                    return false;
                }
            }
            return true;
        }

        private DataException broken(long offset, String why) {
            return new DataException(file + ": at byte " + offset + ", " + why);
        }
    }
}
