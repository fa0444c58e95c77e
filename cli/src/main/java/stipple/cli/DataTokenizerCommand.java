package stipple.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.DataException;
import stipple.data.SampleSource;
import stipple.data.bpe.BpeTrainer;
import stipple.data.bpe.TokenizerFiles;
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
            description = "folder of shards or of pictures with captions, a .tar or a .jsonl")
    private Path from;

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
        String chosen = family != null ? family : Files.exists(from.resolve(FIRST_TRAIN_SHARD)) ? "train" : "";
        SampleSource samples = DataSets.open(from, chosen);
        List<String> captions = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            JsonNode caption = samples.json(i).path("caption");
            if (caption.isArray()) {
                caption.forEach(variant -> captions.add(variant.asText()));
            } else if (caption.isTextual()) {
                captions.add(caption.asText());
            }
        }
        if (captions.isEmpty()) {
            throw new DataException("No sample of " + from + " has a 'caption'");
        }
        TokenizerFiles tokenizer = BpeTrainer.train(captions, vocab);
        tokenizer.write(out);
        new Report()
                .put("folder", out.toString())
                .put("read", chosen.isEmpty() ? from.toString() : from + " (" + chosen + ")")
                .put("captions", captions.size())
                .put("tokens", tokenizer.totalSize())
                .put("special_tokens", TokenizerFiles.SPECIAL_TOKENS.size())
                .print(spec.commandLine().getOut(), json);
        return 0;
    }
}
