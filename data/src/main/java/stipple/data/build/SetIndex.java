package stipple.data.build;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import stipple.data.SkipLog;
import stipple.data.shards.ShardInfo;

/**
 * The files that describe a built set to programs. {@code index.json} lists all shards with checksums and counts.
 * {@code meta.json} and {@code meta_stats.json} have the form of NextStep-1's builder (reference §4.5) and list the
 * training shards only, because their readers train on everything listed.
 */
public final class SetIndex {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INDEX = "index.json";

    private SetIndex() {}

    static void write(SetDescription set, SetReport report, Collection<CreditFiles> credits) throws IOException {
        ObjectNode index = JSON.createObjectNode();
        index.put("name", set.name());
        index.put("category", set.category());
        index.set("parameters", JSON.valueToTree(set.parameters()));
        ArrayNode sources = index.putArray("sources");
        for (CreditFiles one : credits) {
            sources.addObject()
                    .put("source", one.credit().source())
                    .put("license", one.credit().licence())
                    .put("authors", one.credit().authors());
        }
        ObjectNode totals = index.putObject("totals");
        totals.put("samples", report.samples());
        report.counts().forEach((axis, values) -> totals.set("by_" + axis, JSON.valueToTree(values)));
        totals.set("captions", JSON.valueToTree(report.captions()));
        ObjectNode leftOut = totals.putObject("left_out");
        for (SkipLog.Entry entry : report.leftOut().entries()) {
            leftOut.put(entry.reason(), entry.count());
        }
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
            if (shard.family().equals(SetDescription.TRAIN)) {
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
        write(set.folder().resolve("meta.json"), meta);
        write(set.folder().resolve("meta_stats.json"), stats);
        write(set.folder().resolve(INDEX), index);
    }

    /** True if a finished set of this name and these parameters lies in the folder, with all of its shards. */
    public static boolean isComplete(Path folder, String name, Map<String, String> parameters) throws IOException {
        Path file = folder.resolve(INDEX);
        if (!Files.exists(file)) {
            return false;
        }
        JsonNode index = JSON.readTree(Files.readAllBytes(file));
        if (!index.path("name").asText().equals(name)
                || !index.path("parameters").equals(JSON.valueToTree(parameters))) {
            return false;
        }
        for (JsonNode shard : index.path("shards")) {
            Path tar = folder.resolve(shard.path("file").asText());
            if (!Files.exists(tar) || Files.size(tar) != shard.path("bytes").asLong()) {
                return false;
            }
        }
        return true;
    }

    private static void write(Path path, JsonNode json) throws IOException {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(lines);
        printer.indentArraysWith(lines);
        Files.writeString(path, JSON.writer(printer).writeValueAsString(json) + "\n");
    }
}
