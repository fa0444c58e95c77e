package stipple.cli;

import picocli.CommandLine.Command;

/** {@code stipple data build …}. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = "Builds a data set from public packages.",
        subcommands = EmojiCommand.class,
        footer = {"", "Example: stipple data build emoji --out build/data/emoji"})
final class DataBuildCommand {}
