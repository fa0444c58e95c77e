package stipple.cli;

import picocli.CommandLine.Command;

/** {@code stipple data build …}. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = "Builds a data set, from public packages or by rule, or the network that compares pictures.",
        subcommands = {
            EmojiCommand.class,
            CompositionCommand.class,
            WordsCommand.class,
            IconsCommand.class,
            ScaleCommand.class,
            ChecksCommand.class,
            ClipArtCommand.class,
            EditsCommand.class,
            DefaultDataCommand.class,
            FeaturesCommand.class,
            NearMissesCommand.class,
            CaptionsCommand.class,
            OcrCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build emoji --out build/data/emoji",
            "  stipple data build edits --out build/data/edits",
            "  stipple data build features --out build/features"
        })
final class DataBuildCommand {}
