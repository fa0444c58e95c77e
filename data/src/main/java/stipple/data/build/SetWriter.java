package stipple.data.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.DataException;
import stipple.data.SkipLog;
import stipple.data.caption.CaptionKeys;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.ShardInfo;
import stipple.data.shards.TarShardWriter;

/**
 * Writes a data set: shards by family, index, card, credits and a contact sheet. An earlier build in the folder is
 * replaced. The index is written last, so a folder without one is not finished. Not safe for several threads.
 */
public final class SetWriter implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SetDescription set;
    private final Map<String, TarShardWriter> writers = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> counts = new TreeMap<>();
    private final Map<String, Integer> captions = new TreeMap<>();
    private final Map<String, Map<String, Integer>> captioned = new TreeMap<>();
    private final SkipLog leftOut = new SkipLog();
    private final SheetBuilder sheet = new SheetBuilder();
    private int samples;

    /** Prepares the folder. */
    public SetWriter(SetDescription set) {
        this.set = set;
        OutputFolder.prepare(set.folder());
        for (String family : set.families()) {
            writers.put(family, new TarShardWriter(set.folder(), family, set.samplesPerShard()));
        }
    }

    /** A sample with its pictures encoded, which is the slow part and is done on many threads. */
    public record Encoded(BuiltSample sample, List<ImageMember> images) {
        /** Encodes a sample. */
        public static Encoded of(BuiltSample sample) {
            return new Encoded(
                    sample,
                    sample.pictures().stream()
                            .map(p -> new ImageMember("png", PngEncoder.encode(p)))
                            .toList());
        }
    }

    /** Appends a sample to its family and counts it. */
    public void add(Encoded encoded) {
        BuiltSample sample = encoded.sample();
        TarShardWriter writer = writers.get(sample.family());
        if (writer == null) {
            throw new IllegalArgumentException("no family " + sample.family() + " in " + set.families());
        }
        try {
            writer.add(sample.key(), JSON.writeValueAsString(sample.json()), encoded.images());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        samples++;
        count("split", sample.family());
        JsonNode metadata = sample.json().path("metadata");
        for (String axis : List.of("source", "license", "class", "edit", "style", "font")) {
            if (metadata.path(axis).isTextual()) {
                count(axis, metadata.get(axis).textValue());
            }
        }
        for (String key : CaptionKeys.of(sample.json())) {
            int variants = CaptionKeys.texts(sample.json().get(key)).size();
            captions.merge(key, variants, Integer::sum);
            captioned
                    .computeIfAbsent(key, k -> new TreeMap<>())
                    .merge(metadata.path("source").asText(), 1, Integer::sum);
        }
        if (sample.family().equals(set.families().getFirst())) {
            sheet.add(sample.pictures());
        }
    }

    private void count(String axis, String value) {
        counts.computeIfAbsent(axis, a -> new TreeMap<>()).merge(value, 1, Integer::sum);
    }

    /** Counts a sample that does not get into the set. */
    public void leaveOut(String reason, String example) {
        leftOut.skip(reason, example);
    }

    /** Counts so many samples that do not get into the set, with one of them or their source as the example. */
    public void leaveOut(String reason, String example, int count) {
        leftOut.skip(reason, example, count);
    }

    /** Completes the shards and writes the files beside them. */
    public SetReport finish(Collection<CreditFiles> credits) {
        if (samples == 0) {
            throw new DataException("no sample for the set " + set.name() + "; left out: " + leftOut.summary());
        }
        List<ShardInfo> shards = new ArrayList<>();
        writers.values().forEach(w -> shards.addAll(w.finishAll()));
        SetReport report =
                new SetReport(set.folder(), samples, counts, captions, captioned, leftOut, List.copyOf(shards));
        try {
            if (sheet.sheet().isPresent()) {
                Files.write(
                        set.folder().resolve("contact-sheet.png"),
                        PngEncoder.encode(sheet.sheet().get()));
            }
            CreditFiles.write(set.folder(), credits);
            SetCard.write(set, report, credits);
            SetIndex.write(set, report, credits);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + set.folder(), e);
        }
        return report;
    }

    @Override
    public void close() {
        writers.values().forEach(TarShardWriter::close);
    }
}
