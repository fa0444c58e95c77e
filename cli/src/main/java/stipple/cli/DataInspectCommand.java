package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.data.DataException;
import stipple.data.SampleSource;
import stipple.data.SkipLog;
import stipple.data.inspect.DataInspection;
import stipple.data.inspect.Spread;
import stipple.data.pixels.PngEncoder;
import stipple.data.source.DataSets;
import stipple.model.files.AtomicFile;
import stipple.model.text.PromptTokenizer;

/** {@code stipple data inspect DIR}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Reads a data set, decodes every picture, and tells what is in it and what is broken.",
        footer = {
            "",
            "Examples:",
            "  stipple data inspect build/data/emoji --family train --sheet sheet.png",
            "  stipple data inspect my-pictures --tokenizer models/stipple-128 --limit 500"
        })
final class DataInspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "folder of shards or of pictures with captions, a .tar or a .jsonl")
    private Path folder;

    @Option(names = "--family", paramLabel = "NAME", description = "read these shards only, such as train")
    private String family = "";

    @Option(names = "--limit", paramLabel = "N", description = "read N samples, spread evenly (default: all)")
    private int limit;

    @Option(names = "--tokenizer", paramLabel = "DIR", description = "also count the tokens of the captions")
    private Path tokenizer;

    @Option(names = "--sheet", paramLabel = "FILE", description = "write a contact sheet as PNG")
    private Path sheet;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        SampleSource source = DataSets.open(folder, family);
        DataInspection found = tokenizer == null ? inspect(source, null) : inspectWithTokens(source);
        if (json) {
            report(found).print(spec.commandLine().getOut(), true);
        } else {
            found.lines().forEach(spec.commandLine().getOut()::println);
        }
        if (sheet != null) {
            byte[] png = found.sheet()
                    .map(PngEncoder::encode)
                    .orElseThrow(() -> new DataException("No picture of " + folder + " can be shown on a sheet"));
            AtomicFile.write(sheet, png);
        }
        return 0;
    }

    private DataInspection inspectWithTokens(SampleSource source) {
        try (PromptTokenizer counted = PromptTokenizer.open(tokenizer)) {
            return inspect(source, text -> counted.encode(text).length);
        }
    }

    private DataInspection inspect(SampleSource source, ToIntFunction<String> tokens) {
        int pictures = sheet == null ? 0 : DataInspection.Options.DEFAULT.sheetPictures();
        return DataInspection.of(source, new DataInspection.Options(limit, tokens, pictures));
    }

    private static Report report(DataInspection found) {
        Report sizes = new Report();
        found.sizes().forEach((size, count) -> sizes.put(size.toString(), count));
        Report aspects = new Report();
        found.aspects().forEach(aspects::put);
        Report skips = new Report();
        found.skips().entries().forEach((SkipLog.Entry entry) -> skips.put(entry.reason(), entry.count()));
        Report captions = new Report();
        found.captions().forEach(captions::put);
        Report report = new Report()
                .put("name", found.name())
                .put("samples", found.samples())
                .put("usable", found.usable())
                .put("pictures", found.pictures())
                .put("captions", captions)
                .put("characters", spread(found.captionCharacters()));
        found.captionTokens().ifPresent(tokens -> report.put("tokens", spread(tokens)));
        return report.put("sizes", sizes)
                .put("other_sizes", found.otherSizes())
                .put("aspects", aspects)
                .put("left_out", skips);
    }

    private static Report spread(Spread spread) {
        return new Report()
                .put("min", spread.min())
                .put("median", spread.median())
                .put("p95", spread.p95())
                .put("max", spread.max())
                .put("mean", spread.mean());
    }
}
