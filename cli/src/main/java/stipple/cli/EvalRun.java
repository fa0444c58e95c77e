package stipple.cli;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import stipple.eval.report.EvalReport;
import stipple.eval.report.ReportPage;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureRun;
import stipple.model.config.SamplerKind;
import stipple.model.image.ImageSize;
import stipple.model.load.LoadOptions;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.load.PendingIdentity;

/** What all of {@code stipple eval} has in common: options, the model, progress, the report's two files and the table. */
final class EvalRun {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "folder of the pictures and the report; a run that was stopped goes on there")
    Path output;

    @Option(names = "--steps", paramLabel = "N", description = "evaluations of the head per token")
    private Integer steps;

    @Option(names = "--cfg", paramLabel = "X", description = "guidance, 1 for none")
    private Double cfg;

    @Option(names = "--size", paramLabel = "WxH", description = "size in pixels")
    private ImageSize size;

    @Option(names = "--positive", paramLabel = "TEXT", description = "appended to each prompt")
    private String positive;

    @Option(names = "--negative", paramLabel = "TEXT", description = "what to keep away from; needs --cfg above 1")
    private String negative;

    @Option(names = "--sampler", paramLabel = "NAME", description = "s1, s2, s3-sde, s3-cps or ode")
    private SamplerKind sampler;

    @Option(names = "--shift", paramLabel = "X", description = "timestep shift; above 1 spends more steps near noise")
    private Double shift;

    @Option(
            names = "--context-noise",
            paramLabel = "X",
            description = "noise over tokens as they are read back, 0 for none")
    private Double contextNoise;

    @Option(names = "--json", description = "print the scores as lines of JSON")
    boolean json;

    @Mixin
    private ModelOptions model;

    /** A suite, ready to run. */
    @FunctionalInterface
    interface Suite {
        /** Runs it; a suite without a verdict returns null. */
        EvalReport run(NextStepCheckpoint checkpoint, ModelIdentity identity, PictureRun.Progress progress);
    }

    /** How to draw. */
    DrawSettings settings() {
        return new DrawSettings(steps, cfg, size, positive, negative, sampler, shift, contextNoise);
    }

    /** What is done with a loaded model. */
    @FunctionalInterface
    interface Work<T> {
        /** Does it. */
        T run(NextStepCheckpoint checkpoint, ModelIdentity identity);
    }

    /** Loads the model for some work. */
    <T> T withModel(CommandSpec spec, Work<T> work) {
        Path folder = new ModelLocator(Host.of(spec).home()).find(model.model);
        LoadOptions options = model.prepare();
        PendingIdentity identity = PendingIdentity.read(folder, model.chosenAdapters());
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(folder, options)) {
            return work.run(checkpoint, identity.get());
        }
    }

    /** The options given that decide how pictures look, as they stand on a command line. */
    ShellWords words() {
        return model.words()
                .add("--steps", steps)
                .add("--cfg", cfg)
                .add("--size", size == null ? null : size.width() + "x" + size.height())
                .add("--positive", positive)
                .add("--negative", negative)
                .add("--sampler", sampler == null ? null : sampler.id())
                .add("--shift", shift);
    }

    /** Loads the model, runs the suite and tells what came out. */
    int run(CommandSpec spec, Suite suite) {
        return withModel(spec, (checkpoint, identity) -> {
            EvalReport report = watched(spec, suite, checkpoint, identity);
            if (report != null) {
                tell(spec, report, output);
                if (!json) {
                    spec.commandLine().getOut().println("pictures and verdicts: " + output.resolve(ReportPage.FILE));
                }
            }
            return 0;
        });
    }

    /** Writes the page of a report and prints its scores. */
    void tell(CommandSpec spec, EvalReport report, Path folder) {
        ReportPage.write(folder.resolve(ReportPage.FILE), report, folder);
        new EvalTable(spec.commandLine().getOut(), json).print(report);
    }

    /** Runs a suite with a bar on the terminal. */
    static EvalReport watched(CommandSpec spec, Suite suite, NextStepCheckpoint checkpoint, ModelIdentity identity) {
        EvalProgress progress = new EvalProgress(spec, "drawing", "pictures");
        EvalReport report = suite.run(checkpoint, identity, progress);
        progress.clear();
        return report;
    }
}
