package stipple.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.DataException;
import stipple.data.SampleSource;
import stipple.data.bpe.BpeTrainer;
import stipple.data.bpe.TokenizerFiles;
import stipple.data.caption.CaptionKeys;
import stipple.data.source.DataSets;

/** {@code stipple data tokenizer}. */
@Command(
        name = "tokenizer",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Trains a byte-level BPE text tokenizer on the captions of a data set.",
        footer = {"", "Example: stipple data tokenizer --from build/data/emoji --vocab 2000 --out build/tokenizer"})
final class DataTokenizerCommand implements Callable<Integer> {
    private static final String FIRST_TRAIN_SHARD = "train-0000.tar";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            required = true,
            description =
                    "folder of shards or of pictures with captions, a .tar or a .jsonl; may be given several times")
    private List<Path> from;

    @Option(
            names = "--captions",
            paramLabel = "KEY",
            split = ",",
            description = "which captions to read, such as caption,caption_zh (default: all of a sample, and text)")
    private List<String> keys;

    @Option(
            names = "--family",
            paramLabel = "NAME",
            description =
                    "which shards to read (default: train where there are such, so that held-out captions stay out)")
    private String family;

    @Option(
            names = "--vocab",
            paramLabel = "N",
            required = true,
            description = "tokens of the vocabulary, at least 256; the special tokens come on top")
    private int vocab;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder for tokenizer.json and the files beside it")
    private Path out;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        List<String> read = new ArrayList<>();
        List<SampleSource> sets = new ArrayList<>();
        for (Path one : from) {
            String chosen = family != null ? family : Files.exists(one.resolve(FIRST_TRAIN_SHARD)) ? "train" : "";
            sets.add(DataSets.open(one, chosen));
            read.add(chosen.isEmpty() ? one.toString() : one + " (" + chosen + ")");
        }
        if (samples(sets).noneMatch(json -> chosen(json).findAny().isPresent())) {
            throw new DataException("No sample of " + String.join(", ", read) + " has a "
                    + (keys == null ? "caption" : "'" + String.join("' or a '", keys) + "'"));
        }
        Map<String, Integer> counts = new TreeMap<>();
        Iterable<String> captions =
                () -> samples(sets).flatMap(json -> captions(json, counts)).iterator();
        TokenizerFiles tokenizer = BpeTrainer.train(captions, vocab);
        tokenizer.write(out);
        Report byKey = new Report();
        counts.forEach(byKey::put);
        new Report()
                .put("folder", out.toString())
                .put("read", String.join(", ", read))
                .put("captions", byKey)
                .put("tokens", tokenizer.totalSize())
                .put("special_tokens", TokenizerFiles.SPECIAL_TOKENS.size())
                .print(spec.commandLine().getOut(), json);
        return 0;
    }

    private static Stream<JsonNode> samples(List<SampleSource> sets) {
        return sets.stream().flatMap(set -> IntStream.range(0, set.size()).mapToObj(set::json));
    }

    private Stream<String> chosen(JsonNode sample) {
        return CaptionKeys.of(sample).stream().filter(key -> keys == null || keys.contains(key));
    }

    /** The chosen captions of a sample, counted by key. */
    private Stream<String> captions(JsonNode sample, Map<String, Integer> counts) {
        return chosen(sample).flatMap(key -> {
            List<String> texts = CaptionKeys.texts(sample.get(key));
            counts.merge(key, texts.size(), Integer::sum);
            return texts.stream();
        });
    }
}
