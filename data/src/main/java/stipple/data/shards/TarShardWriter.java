package stipple.data.shards;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.Adler32;
import stipple.data.DataException;

/**
 * Writes one family of WebDataset shards, {@code FAMILY-0000.tar}, {@code FAMILY-0001.tar}, … (reference §4.5): per
 * sample {@code KEY.json}, then {@code KEY-0.png}, {@code KEY-1.png}, …. Members are plain ustar with time, user and
 * group 0, so the same samples give the same bytes. A shard gets its name only when it is complete.
 */
public final class TarShardWriter implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("[^./\\-\\s\\x00]+");
    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]+");

    private final Path folder;
    private final String family;
    private final int samplesPerShard;
    private final List<ShardInfo> finished = new ArrayList<>();
    private final Adler32 adler = new Adler32();
    private final MessageDigest sha = sha256();
    private OutputStream out;
    private Path part;
    private int samples;
    private long written;

    /** Shards of {@code samplesPerShard} samples in an existing folder. */
    public TarShardWriter(Path folder, String family, int samplesPerShard) {
        if (samplesPerShard < 1) {
            throw new DataException("a shard holds at least 1 sample, given " + samplesPerShard);
        }
        if (!family.matches("[A-Za-z0-9_]+")) {
            throw new DataException("a shard family is named with letters, digits and _, given '" + family + "'");
        }
        this.folder = folder;
        this.family = family;
        this.samplesPerShard = samplesPerShard;
    }

    /** Appends one sample. {@code key} has no dot, hyphen, slash or space. */
    public void add(String key, String json, List<ImageMember> images) {
        if (!KEY.matcher(key).matches()) {
            throw new DataException("a sample key has no dot, hyphen, slash or space, given '" + key + "'");
        }
        try {
            if (out == null) {
                open();
            }
            member(key + ".json", json.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < images.size(); i++) {
                ImageMember image = images.get(i);
                if (!EXTENSION.matcher(image.extension()).matches()) {
                    throw new DataException("an image extension is like png, given '" + image.extension() + "'");
                }
                member(key + "-" + i + "." + image.extension(), image.bytes());
            }
            samples++;
            if (samples == samplesPerShard) {
                finish();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + part, e);
        }
    }

    /** Completes the last shard and lists all of them in order. */
    public List<ShardInfo> finishAll() {
        try {
            if (out != null) {
                finish();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + part, e);
        }
        return List.copyOf(finished);
    }

    /** Gives up an unfinished shard (after a failure); does nothing after {@link #finishAll()}. */
    @Override
    public void close() {
        if (out != null) {
            try {
                out.close();
                out = null;
                Files.deleteIfExists(part);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove " + part, e);
            }
        }
    }

    private String fileName() {
        return String.format(Locale.ROOT, "%s-%04d.tar", family, finished.size());
    }

    private void open() throws IOException {
        part = folder.resolve(fileName() + ".part");
        out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16);
        adler.reset();
        sha.reset();
        samples = 0;
        written = 0;
    }

    private void finish() throws IOException {
        // Two zero blocks end an archive; the file is then padded to a record of 20 blocks, as tar does.
        emit(new byte[2 * TarBlocks.BLOCK]);
        long record = 20L * TarBlocks.BLOCK;
        emit(new byte[(int) ((record - written % record) % record)]);
        out.close();
        out = null;
        String name = fileName();
        Files.move(part, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        finished.add(new ShardInfo(
                name,
                family,
                samples,
                written,
                HexFormat.of().toHexDigits((int) adler.getValue()),
                HexFormat.of().formatHex(sha.digest())));
    }

    private void member(String name, byte[] content) throws IOException {
        emit(TarBlocks.header(name, content.length));
        emit(content);
        emit(new byte[TarBlocks.padding(content.length)]);
    }

    private void emit(byte[] bytes) throws IOException {
        out.write(bytes);
        adler.update(bytes);
        sha.update(bytes);
        written += bytes.length;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
