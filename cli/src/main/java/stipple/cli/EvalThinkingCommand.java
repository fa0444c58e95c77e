package stipple.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stipple.eval.report.ReportPage;
import stipple.eval.thinking.Arm;
import stipple.eval.thinking.ArmResult;
import stipple.eval.thinking.ThinkingStudy;
import stipple.model.files.JsonObjectFile;
import stipple.model.think.TextSettings;

/** {@code stipple eval thinking}. */
@Command(
        name = "thinking",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what thinking before drawing gains on the composition suite's prompts, and what it costs.",
            "The ways are plans, the prompt spelled out, plans weighed in rounds, and, as baseline, the best of several pictures by"
                    + " the judge."
        },
        footer = {
            "",
            "Examples:",
            "  stipple eval thinking --model DIR -o build/eval/thinking",
            "  stipple eval thinking --model DIR --ways direct,plan,8x2,best4 --prompts 10 --seeds 1 -o build/eval/quick"
        })
final class EvalThinkingCommand extends EvalSuiteCommand {
    private static final int PERCENT = 100;

    @Option(
            names = "--ways",
            paramLabel = "NAME",
            split = ",",
            description = "direct, plan, refine, low, medium, high or such as 8x2, best4 (default: ${DEFAULT-VALUE})")
    private List<String> ways = List.of("direct", "refine", "plan", "low", "best4");

    @Option(names = "--prompts", paramLabel = "N", description = "prompts a class at most (default: ${DEFAULT-VALUE})")
    private int prompts = 20;

    @Option(names = "--seeds", paramLabel = "N", description = "pictures a prompt (default: ${DEFAULT-VALUE})")
    private int seeds = 2;

    @Option(
            names = "--think-tokens",
            paramLabel = "N",
            description = "most tokens of a thought (default: ${DEFAULT-VALUE})")
    private int tokens = TextSettings.DEFAULT.maxTokens();

    @Option(names = "--think-temperature", paramLabel = "X", description = "of thoughts (default: ${DEFAULT-VALUE})")
    private double temperature = TextSettings.DEFAULT.temperature();

    @Override
    public Integer call() {
        ThinkingStudy study = new ThinkingStudy(
                ways.stream().map(Arm::of).toList(),
                prompts,
                seeds,
                new TextSettings(temperature, TextSettings.DEFAULT.topP(), tokens),
                run.settings());
        return run.withModel(spec, (checkpoint, identity) -> {
            List<ArmResult> results =
                    study.run(checkpoint, identity, run.output, (way, unit) -> new EvalProgress(spec, way, unit));
            ObjectNode report = report(results);
            JsonObjectFile.write(run.output.resolve("thinking.json"), report);
            PrintWriter out = spec.commandLine().getOut();
            if (run.json) {
                out.println(report);
            } else {
                table(results, out);
            }
            if (!run.json) {
                out.println("pictures and verdicts: " + ReportPage.FILE + " in each folder of " + run.output);
            }
            out.flush();
            return 0;
        });
    }

    private static void table(List<ArmResult> results, PrintWriter out) {
        out.println("way       correct  95 % interval   gain (interval)         plans right  text tokens  image tokens"
                + "  points/1000 tokens");
        double direct = results.getFirst().imageTokens();
        for (ArmResult one : results) {
            out.println(String.format(
                            Locale.ROOT,
                            "%-8s %7.1f%%  %5.1f to %5.1f  %-22s %12s %12.0f %13.0f %19s",
                            one.arm(),
                            PERCENT * one.correct(),
                            PERCENT * one.interval().low(),
                            PERCENT * one.interval().high(),
                            gain(one),
                            Double.isNaN(one.plans()) ? "" : number("%.1f%%", PERCENT * one.plans()),
                            one.textTokens(),
                            one.imageTokens(),
                            number("%.2f", one.gainPerThousandTokens(direct)))
                    .stripTrailing());
        }
    }

    private static String gain(ArmResult one) {
        return one.gain() == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%+.1f (%+.1f to %+.1f)",
                        PERCENT * one.gain().value(),
                        PERCENT * one.gain().interval().low(),
                        PERCENT * one.gain().interval().high());
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private static ObjectNode report(List<ArmResult> results) {
        ObjectNode report = JsonObjectFile.newObject().put("suite", "thinking");
        ArrayNode ways = report.putArray("ways");
        double direct = results.getFirst().imageTokens();
        for (ArmResult one : results) {
            ObjectNode way = ways.addObject()
                    .put("way", one.arm())
                    .put("correct", one.correct())
                    .put("low", one.interval().low())
                    .put("high", one.interval().high())
                    .put("score", one.score())
                    .put("unfinished", one.unfinished())
                    .put("text_tokens", one.textTokens())
                    .put("image_tokens", one.imageTokens());
            if (!Double.isNaN(one.plans())) {
                way.put("plans_right", one.plans());
            }
            if (one.gain() != null) {
                way.put("gain", one.gain().value())
                        .put("gain_low", one.gain().interval().low())
                        .put("gain_high", one.gain().interval().high());
            }
            double per = one.gainPerThousandTokens(direct);
            if (!Double.isNaN(per)) {
                way.put("points_per_1000_tokens", per);
            }
        }
        return report;
    }
}
