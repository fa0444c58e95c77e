package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.edits.EmojiEdits;

/** {@code stipple data build emoji-edits}. */
@Command(
        name = "emoji-edits",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Pairs the pictures of an emoji set as edits: the same emoji in another style or skin tone.",
        footer = {"", "Example: stipple data build emoji-edits --from build/data/emoji --out build/data/emoji-edits"})
final class EmojiEditsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--from", paramLabel = "DIR", required = true, description = "folder of a built emoji set")
    private Path from;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder of the new set; shards of an earlier build in it are replaced")
    private Path out;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        EmojiEdits.Built built = EmojiEdits.build(from, out);
        Report report = new Report().put("folder", out.toString());
        report.put("train", built.train()).put("holdout", built.holdout());
        built.byKind().forEach(report::put);
        report.print(spec.commandLine().getOut(), json);
        return 0;
    }
}
