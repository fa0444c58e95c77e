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
import stipple.data.SkipLog;

/**
 * The samples of one tar: where each member lies. Groups are in the order of the file, each with exactly one JSON.
 * Members follow each other in a group as long as they carry its key and repeat nothing; the same key later on gets
 * {@code _1} (reference §4.5). Members that the format does not know are left out and counted.
 */
record ShardIndex(Path file, long fileSize, List<Group> groups, SkipLog skips) {
    private static final Pattern NUMBERED = Pattern.compile("(.+)-(\\d+)");
    private static final Set<String> IMAGES = Set.of("jpg", "jpeg", "png", "webp");
    private static final long MAX_MEMBER = 256L << 20;

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
        private final SkipLog skips = new SkipLog();
        private boolean renamed;
        private boolean oversized;

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
            return new ShardIndex(file, size, List.copyOf(groups), skips);
        }

        private void member(byte[] header, long at, long length) throws IOException {
            switch (header[156]) {
                case '0', 0 -> {
                    // The name in this header stands for a longer one that the record before it gave.
                    if (renamed) {
                        ignore("tar member with a name beyond plain ustar", at, TarBlocks.text(header, 0, 100));
                    } else {
                        file(header, at, length);
                    }
                    renamed = false;
                }
                case '5', 'g' -> {
                    // folders and archive-wide comments carry no sample
                }
                case 'x' -> {
                    byte[] records = new byte[Math.toIntExact(Math.min(length, 1 << 16))];
                    channel.read(ByteBuffer.wrap(records), at + TarBlocks.BLOCK);
                    String text = new String(records, StandardCharsets.UTF_8);
                    if (text.contains(" size=")) {
                        throw broken(at, "a pax record resizes a member; write shards as plain ustar");
                    }
                    renamed = text.contains(" path=");
                }
                case 'L' -> renamed = true;
                default -> ignore("tar member that is no file", at, TarBlocks.text(header, 0, 100));
            }
        }

        private void ignore(String reason, long at, String name) {
            skips.ignore(reason, file.getFileName() + " at byte " + at + ": " + name);
        }

        private void file(byte[] header, long at, long length) {
            String name = TarBlocks.text(header, 0, 100);
            if (header[345] != 0 && TarBlocks.text(header, 257, 5).equals("ustar") && header[262] == 0) {
                ignore("tar member with a name beyond plain ustar", at, name);
                return;
            }
            if (name.startsWith("./")) {
                name = name.substring(2);
            }
            int dot = name.indexOf('.');
            if (dot <= 0 || dot != name.lastIndexOf('.')) {
                ignore("tar member whose name does not have exactly one dot", at, name);
                return;
            }
            String stem = name.substring(0, dot);
            String extension = name.substring(dot + 1);
            Matcher m = NUMBERED.matcher(stem);
            boolean numbered = m.matches();
            String group = numbered ? m.group(1) : stem;
            boolean isJson = extension.equals("json");
            if (!isJson && !IMAGES.contains(extension)) {
                ignore("tar member that is neither json nor a picture (." + extension + ")", at, name);
                return;
            }
            int number = -1;
            if (numbered) {
                try {
                    number = Integer.parseInt(m.group(2));
                } catch (NumberFormatException tooLarge) {
                    ignore("tar member whose number is too large", at, name);
                    return;
                }
            }
            Member member = new Member(at + TarBlocks.BLOCK, length, number);
            if (!group.equals(key) || repeats(isJson, number)) {
                flush();
                key = group;
                keyOffset = at;
            }
            if (isJson) {
                json = member;
            } else {
                images.add(member);
            }
            oversized |= length > MAX_MEMBER;
        }

        private boolean repeats(boolean isJson, int number) {
            return isJson ? json != null : images.stream().anyMatch(image -> image.number() == number);
        }

        private void flush() {
            if (key == null) {
                return;
            }
            String where = file.getFileName() + " at byte " + keyOffset + ": " + key;
            if (json == null) {
                skips.skip("sample without a JSON member", where);
            } else if (oversized) {
                skips.skip("sample with a member over " + (MAX_MEMBER >> 20) + " MiB", where);
            } else {
                take();
            }
            key = null;
            json = null;
            oversized = false;
            images = new ArrayList<>();
        }

        private void take() {
            images.sort(Comparator.comparingInt(Member::number));
            String unique = key;
            for (int i = 1; !keys.add(unique); i++) {
                unique = key + "_" + i;
            }
            groups.add(new Group(unique, json, List.copyOf(images)));
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
