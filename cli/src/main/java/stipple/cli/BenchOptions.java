package stipple.cli;

import java.util.List;
import picocli.CommandLine.Option;
import stipple.eval.bench.BenchPlan;
import stipple.eval.bench.Part;
import stipple.model.image.ImageSize;

/** What to measure and for how long. */
final class BenchOptions {
    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "prefill, step, head, token, vae, picture, requests (default: all)")
    List<String> only = List.of();

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            description = "rows at once, and requests; 2 rows are one picture with guidance (default: 1,2,4,8)")
    List<Integer> batches = BenchPlan.BATCHES;

    @Option(
            names = "--prompt-tokens",
            paramLabel = "N",
            defaultValue = "32",
            description = "tokens of a prompt (default: ${DEFAULT-VALUE})")
    int promptTokens;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "evaluations of the head per token (default: the model's)")
    int steps;

    @Option(names = "--size", paramLabel = "WxH", description = "size of whole pictures (default: the model's)")
    ImageSize size;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "time to spend on each figure (default: ${DEFAULT-VALUE})")
    double seconds;

    BenchPlan plan() {
        return new BenchPlan(Part.of(only), batches, promptTokens, steps, size, seconds);
    }
}
