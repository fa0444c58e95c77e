package stipple.data.shards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.SkipLog;

/**
 * Random access to the samples of tar shards (reference §4.5). Opening scans every tar once and keeps the members'
 * offsets in memory; nothing is cached on disk, and a shard whose size changed since is refused. Safe for use by many
 * threads.
 */
public final class ShardSet implements SampleSource {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final List<ShardIndex> shards;
    private final SkipLog skips = new SkipLog();
    private final int[] firstSample;
    private final int size;

    private ShardSet(Path from, List<ShardIndex> shards) {
        this.name = from.toString();
        this.shards = shards;
        firstSample = new int[shards.size()];
        int total = 0;
        for (int i = 0; i < shards.size(); i++) {
            firstSample[i] = total;
            total = Math.addExact(total, shards.get(i).groups().size());
            skips.addAll(shards.get(i).skips());
        }
        if (total == 0) {
            throw new DataException("no sample in " + from + "; left out: " + skips.summary()
                    + ". A sample is KEY.json with KEY-0.png, KEY-1.png, … beside it");
        }
        size = total;
    }

    /**
     * Opens the shards {@code FAMILY-0000.tar}, … of a folder in the order of their names, or one tar file. Without a
     * family every tar is taken, subfolders included, whatever it is called ({@code idx_0000_0000.tar}).
     *
     * @param folderOrTar a folder with shards, or a single {@code .tar} (then {@code family} is "")
     * @param family the family to read, such as {@code train}; "" takes every {@code .tar} of the folder
     */
    public static ShardSet open(Path folderOrTar, String family) {
        if (Files.isRegularFile(folderOrTar)) {
            if (!family.isEmpty()) {
                throw new DataException(folderOrTar + " is a single shard; a family ('" + family
                        + "') is chosen in a folder of shards, so name the folder or give no family");
            }
            return new ShardSet(folderOrTar, List.of(ShardIndex.scan(folderOrTar)));
        }
        if (!Files.isDirectory(folderOrTar)) {
            throw new DataException(folderOrTar + " does not exist; give a folder of tar shards or one .tar file");
        }
        Pattern wanted = Pattern.compile(family.isEmpty() ? ".*\\.tar" : Pattern.quote(family) + "-\\d+\\.tar");
        List<Path> files;
        try (Stream<Path> list = family.isEmpty() ? Files.walk(folderOrTar) : Files.list(folderOrTar)) {
            files = list.filter(p -> wanted.matcher(p.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DataException("cannot list " + folderOrTar + ": " + e.getMessage(), e);
        }
        if (files.isEmpty()) {
            throw new DataException("no shards " + (family.isEmpty() ? "*.tar" : family + "-0000.tar, …") + " in "
                    + folderOrTar + "; tars there: " + tarNames(folderOrTar));
        }
        return new ShardSet(folderOrTar, files.stream().map(ShardIndex::scan).toList());
    }

    @Override
    public int size() {
        return size;
    }

    /** The shard files in order. */
    public List<Path> files() {
        return shards.stream().map(ShardIndex::file).toList();
    }

    /** The first sample of every shard, in order, for orders that keep shards together. */
    public int[] firstSamples() {
        return firstSample.clone();
    }

    @Override
    public SkipLog skips() {
        return skips;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String key(int i) {
        return group(i).key();
    }

    @Override
    public JsonNode json(int i) {
        ShardIndex shard = shard(i);
        try (FileChannel channel = shard.openUnchanged()) {
            return json(shard, group(i), channel);
        } catch (IOException e) {
            throw new DataException("cannot read " + shard.file() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Sample get(int i) {
        ShardIndex shard = shard(i);
        ShardIndex.Group group = group(i);
        try (FileChannel channel = shard.openUnchanged()) {
            List<byte[]> images = new ArrayList<>();
            for (ShardIndex.Member member : group.images()) {
                images.add(read(shard, member, channel));
            }
            return new Sample(group.key(), json(shard, group, channel), List.copyOf(images));
        } catch (IOException e) {
            throw new DataException("cannot read " + shard.file() + ": " + e.getMessage(), e);
        }
    }

    private JsonNode json(ShardIndex shard, ShardIndex.Group group, FileChannel channel) throws IOException {
        byte[] bytes = read(shard, group.json(), channel);
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new DataException(
                    shard.file() + ": the JSON of sample '" + group.key() + "' at byte "
                            + group.json().offset() + " does not parse: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static byte[] read(ShardIndex shard, ShardIndex.Member member, FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(member.size()));
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, member.offset() + buffer.position()) < 0) {
                throw new DataException(shard.file() + " ends inside the member at byte " + member.offset());
            }
        }
        return buffer.array();
    }

    private int shardOf(int i) {
        if (i < 0 || i >= size) {
            throw new IndexOutOfBoundsException("sample " + i + " of " + size);
        }
        int lo = 0;
        int hi = shards.size() - 1;
        while (lo < hi) { // the last shard that starts at or before i
            int mid = (lo + hi + 1) >>> 1;
            if (firstSample[mid] <= i) {
                lo = mid;
            } else {
                hi = mid - 1;
            }
        }
        return lo;
    }

    private ShardIndex shard(int i) {
        return shards.get(shardOf(i));
    }

    private ShardIndex.Group group(int i) {
        int s = shardOf(i);
        return shards.get(s).groups().get(i - firstSample[s]);
    }

    private static String tarNames(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            List<String> names = list.map(p -> p.getFileName().toString())
                    .filter(n -> n.endsWith(".tar"))
                    .sorted()
                    .limit(5)
                    .toList();
            return names.isEmpty() ? "none" : String.join(", ", names);
        } catch (IOException e) {
            throw new DataException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }
}
