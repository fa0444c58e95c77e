package stipple.data.emoji;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import stipple.data.shards.ShardInfo;

/**
 * The files that describe a built data set. {@code index.json} lists all shards with checksums and counts.
 * {@code meta.json} and {@code meta_stats.json} have the form of NextStep-1's builder (reference §4.5) and list the
 * {@code train} shards only, because their readers train on everything listed.
 */
final class IndexFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private IndexFiles() {}

    static void write(EmojiOptions options, Collection<NpmPackage> sources, BuildReport report) throws IOException {
        ObjectNode index = JSON.createObjectNode();
        index.put("name", "emoji");
        index.put("size", options.size());
        index.put("split_salt", SplitRule.SALT);
        ArrayNode packages = index.putArray("sources");
        for (NpmPackage source : sources) {
            packages.addObject()
                    .put("package", source.spec())
                    .put("license", source.licence())
                    .put("authors", source.authors());
        }
        ObjectNode totals = index.putObject("totals");
        totals.put("samples", report.samples());
        totals.set("by_split", JSON.valueToTree(report.bySplit()));
        totals.set("by_style", JSON.valueToTree(report.byStyle()));
        totals.set("by_style_and_split", JSON.valueToTree(report.byStyleAndSplit()));
        totals.set("by_license", JSON.valueToTree(report.byLicence()));
        totals.set("blank_left_out", JSON.valueToTree(report.blank()));
        totals.set("emoji_without_picture", JSON.valueToTree(report.unmatched()));
        ArrayNode shards = index.putArray("shards");
        ObjectNode meta = JSON.createObjectNode();
        int trainSamples = 0;
        for (ShardInfo shard : report.shards()) {
            shards.addObject()
                    .put("file", shard.file())
                    .put("split", shard.family())
                    .put("samples", shard.samples())
                    .put("bytes", shard.bytes())
                    .put("adler32", shard.adler32())
                    .put("sha256", shard.sha256());
            if (shard.family().equals(SplitRule.TRAIN)) {
                meta.putObject(shard.file())
                        .put("num_samples", shard.samples())
                        .put("size", shard.bytes())
                        .put("checksum", Integer.parseUnsignedInt(shard.adler32(), 16) & 0xffffffffL);
                trainSamples += shard.samples();
            }
        }
        ObjectNode stats = JSON.createObjectNode();
        stats.put("total_samples", trainSamples);
        stats.put("total_files", meta.size());
        stats.put("dataset_path", ".");
        Map<String, ObjectNode> files = Map.of("index.json", index, "meta.json", meta, "meta_stats.json", stats);
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(lines);
        printer.indentArraysWith(lines);
        for (Map.Entry<String, ObjectNode> file : files.entrySet()) {
            Path path = options.output().resolve(file.getKey());
            Files.writeString(path, JSON.writer(printer).writeValueAsString(file.getValue()) + "\n");
        }
    }
}
