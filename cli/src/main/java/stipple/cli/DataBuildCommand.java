package stipple.cli;

import picocli.CommandLine.Command;

/** {@code stipple data build …}. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = "Builds a data set from public packages or by rule.",
        subcommands = {EmojiCommand.class, CompositionCommand.class},
        footer = {"", "Example: stipple data build emoji --out build/data/emoji"})
final class DataBuildCommand {}
