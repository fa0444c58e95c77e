package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stipple.eval.autoencoder.AutoencoderSuite;
import stipple.model.features.FeatureNetwork;

/** {@code stipple eval autoencoder}. */
@Command(
        name = "autoencoder",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what a model's autoencoder keeps of held-out pictures, and how its tokens behave.",
            "What is kept is told as PSNR, SSIM and a Fréchet distance of features; of tokens, how they are spread, and how they"
                    + " drift along the sequence when they are drawn with more and more guidance, normalised and not."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build features --out build/features",
            "  stipple eval autoencoder --data build/data/emoji --features build/features -o build/eval/autoencoder",
            "",
            "Fréchet distances depend on the feature network, which is part of their name, and on the number of pictures."
        })
final class EvalAutoencoderCommand extends EvalSuiteCommand {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "build/data/emoji",
            description = "a data set (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--family",
            paramLabel = "NAME",
            defaultValue = "unseen_emoji",
            description = "shard family of the set, \"\" for all (default: ${DEFAULT-VALUE})")
    private String family;

    @Option(names = "--pictures", paramLabel = "N", description = "pictures at most (default: ${DEFAULT-VALUE})")
    private int pictures = 256;

    @Option(
            names = "--features",
            paramLabel = "DIR",
            description =
                    "feature network of the Fréchet distance, made by 'stipple data build features'; left out, there is"
                            + " no such distance")
    private Path features;

    @Option(
            names = "--guidance",
            paramLabel = "X",
            split = ",",
            description = "guidance at which the drift of drawn tokens is measured (default: 1.5,3,7.5,15)")
    private List<Double> guidance = AutoencoderSuite.GUIDANCE;

    @Option(names = "--no-drift", description = "draw nothing, measure what is encoded only")
    private boolean noDrift;

    @Option(
            names = "--prompts",
            paramLabel = "N",
            description =
                    "pictures that are drawn at each guidance, with normalisation of tokens and without; more make"
                            + " smoother lines (default: ${DEFAULT-VALUE})")
    private int prompts = 8;

    @Override
    public Integer call() {
        AutoencoderSuite suite =
                new AutoencoderSuite(data, family, pictures, noDrift ? List.of() : guidance, prompts, run.settings());
        try (FeatureNetwork network = features == null ? null : FeatureNetwork.load(features)) {
            return run.run(
                    spec,
                    (checkpoint, identity, progress) -> suite.run(checkpoint, identity, network, run.output, progress));
        }
    }
}
