package stipple.cli;

import picocli.CommandLine.Command;

/** {@code stipple data …}. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        description = "Builds and looks at training data.",
        subcommands = {DataBuildCommand.class, DataTokenizerCommand.class, DataInspectCommand.class},
        footer = {
            "",
            "Examples:",
            "  stipple data build emoji --out build/data/emoji",
            "  stipple data tokenizer --from build/data/emoji --vocab 2000 --out build/tokenizer",
            "  stipple data inspect build/data/emoji --sheet sheet.png"
        })
final class DataCommand {}
