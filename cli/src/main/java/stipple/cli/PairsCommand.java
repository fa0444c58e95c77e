package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stipple.model.files.JsonObjectFile;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.rl.PairSampler;

/** {@code stipple pairs RECIPE.yaml}. */
@Command(
        name = "pairs",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds preference pairs for the objective dpo.",
            "A group of pictures is sampled per prompt and ranked by the rewards of a recipe for grpo; winners are taken from the"
                    + " top, losers from the rest. A build that was stopped goes on."
        },
        footer = {
            "",
            "Examples:",
            "  stipple pairs recipes/post-training/nextstep-grpo.yaml --set grpo.group=16 -o build/pairs --prompts 200",
            "  stipple pairs recipes/post-training/nextstep-grpo.yaml --held-out -o build/pairs-held-out --prompts 60 \\",
            "      --set grpo.group=16",
            "  stipple train recipes/post-training/dpo.yaml --set dpo.pairs=build/pairs"
        })
final class PairsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RECIPE", description = "YAML file with the objective grpo")
    private Path recipe;

    @Mixin
    private PairsOutput output;

    @Option(names = "--prompts", paramLabel = "N", description = "prompts to sample (default: ${DEFAULT-VALUE})")
    private int prompts = 100;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "best pictures of a group, from which winners come (default: ${DEFAULT-VALUE})")
    private int top = 4;

    @Option(names = "--pairs", paramLabel = "N", description = "pairs of a prompt (default: ${DEFAULT-VALUE})")
    private int pairs = 1;

    @Option(
            names = "--held-out",
            description = "takes the prompts of grpo.holdout, which training does not see: pairs for dpo.holdout")
    private boolean heldOut;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "overrides one value of the recipe, for example grpo.group=16")
    private List<String> overrides = List.of();

    @Override
    public Integer call() {
        Recipe read = RecipeReader.read(recipe, overrides);
        try (PairSampler sampler = new PairSampler(read, new PairSampler.Settings(prompts, top, pairs, heldOut))) {
            output.done(sampler.build(output.out, this::show).size());
        }
        return 0;
    }

    private void show(PairSampler.Progress step) {
        PrintWriter print = output.print();
        print.println(
                output.json
                        ? JsonObjectFile.newObject()
                                .put("event", "prompt")
                                .put("done", step.done())
                                .put("prompt", step.prompt())
                                .put("pairs", step.pairs())
                                .put("best", step.best())
                                .put("mean", step.mean())
                        : String.format(
                                Locale.ROOT,
                                "%d/%d  best %.3f  mean %.3f  %s%s",
                                step.done(),
                                prompts,
                                step.best(),
                                step.mean(),
                                step.prompt(),
                                step.pairs() == 0 ? "  (no contrast)" : ""));
        print.flush();
    }
}
