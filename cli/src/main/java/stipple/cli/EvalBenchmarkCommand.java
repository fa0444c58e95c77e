package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stipple.eval.benchmark.Benchmark;
import stipple.eval.benchmark.BenchmarkRun;

/** {@code stipple eval geneval} and its like: the pictures of a public benchmark, for its official scorer. */
abstract class EvalBenchmarkCommand extends EvalSuiteCommand {
    private final Benchmark benchmark;

    @Option(
            names = "--prompts",
            paramLabel = "PATH",
            required = true,
            description = "your copy of the prompts, as the benchmark's authors publish them")
    private Path prompts;

    @Option(names = "--limit", paramLabel = "N", description = "prompts at most, from the first on (default: all)")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--pictures", paramLabel = "N", description = "pictures a prompt (default: as the authors ask)")
    private Integer pictures;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "seed of the first picture of a prompt, the next has one more (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    EvalBenchmarkCommand(Benchmark benchmark) {
        this.benchmark = benchmark;
    }

    @Override
    public Integer call() {
        BenchmarkRun suite = new BenchmarkRun(
                benchmark, prompts, limit, pictures == null ? benchmark.pictures() : pictures, seed, run.settings());
        return run.run(spec, (checkpoint, identity, progress) -> {
            Path images = suite.run(checkpoint, identity, run.output, progress);
            spec.commandLine().getOut().println("pictures for the scorer: " + images);
            return null;
        });
    }

    /** GenEval. */
    @Command(
            name = "geneval",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Draws the pictures of GenEval for its official scorer (evaluation/evaluate_images.py).",
            footer = {
                "",
                "Example: stipple eval geneval --prompts evaluation_metadata.jsonl --model DIR -o build/eval/geneval"
            })
    static final class GenEval extends EvalBenchmarkCommand {
        GenEval() {
            super(Benchmark.GENEVAL);
        }
    }

    /** DPG-Bench. */
    @Command(
            name = "dpg",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Draws the pictures of DPG-Bench, four in one, for its official scorer (compute_dpg_bench.py).",
            footer = {"", "Example: stipple eval dpg --prompts dpg_bench/prompts --model DIR -o build/eval/dpg"})
    static final class Dpg extends EvalBenchmarkCommand {
        Dpg() {
            super(Benchmark.DPG);
        }
    }

    /** WISE. */
    @Command(
            name = "wise",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Draws the pictures of WISE for its official scorer (gpt_eval.py).",
            footer = {"", "Example: stipple eval wise --prompts data --model DIR -o build/eval/wise"})
    static final class Wise extends EvalBenchmarkCommand {
        Wise() {
            super(Benchmark.WISE);
        }
    }

    /** OneIG-Bench. */
    @Command(
            name = "oneig",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Draws the pictures of OneIG-Bench, four in one, for its official scripts (run_overall.sh).",
            footer = {"", "Example: stipple eval oneig --prompts OneIG-Bench.csv --model DIR -o build/eval/oneig"})
    static final class OneIg extends EvalBenchmarkCommand {
        OneIg() {
            super(Benchmark.ONEIG);
        }
    }

    /** GenAI-Bench. */
    @Command(
            name = "genai-bench",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Draws the pictures of GenAI-Bench for its official scorer (genai_bench/evaluate.py).",
            footer = {"", "Example: stipple eval genai-bench --prompts genai_image.json --model DIR -o build/eval/genai"
            })
    static final class GenAi extends EvalBenchmarkCommand {
        GenAi() {
            super(Benchmark.GENAI_BENCH);
        }
    }
}
