package stipple.cli;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.flow.Guidance;
import stipple.model.generate.Generation;
import stipple.model.generate.GenerationEngine;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.Provenance;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;
import stipple.model.load.DrawingDemand;
import stipple.model.load.FitCheck;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.load.PendingIdentity;
import stipple.model.lora.LoraFiles;
import stipple.torch.Torch;
import stipple.torch.UserException;

/** What the commands that draw have in common: from options to files. */
final class Drawing {
    /** Tokens around a prompt: the size, and the marks of an image. */
    private static final int PROMPT_FRAME = 16;

    private final CommandSpec spec;
    private final ModelOptions modelOptions;
    private final RequestOptions requestOptions;
    private final OutputOptions output;
    private final ThinkOptions think;

    Drawing(CommandSpec spec, ModelOptions model, RequestOptions request, OutputOptions output) {
        this(spec, model, request, output, new ThinkOptions());
    }

    private Drawing(
            CommandSpec spec, ModelOptions model, RequestOptions request, OutputOptions output, ThinkOptions think) {
        this.spec = spec;
        this.modelOptions = model;
        this.requestOptions = request;
        this.output = output;
        this.think = think;
    }

    /** The same with the model thinking first, if these options say so. */
    Drawing thinking(ThinkOptions options) {
        return new Drawing(spec, modelOptions, requestOptions, output, options);
    }

    /** Draws and returns the exit code. Everything that can be checked is checked before the weights are read. */
    int run(DrawOrder order) {
        Consumer<String> warn = text -> spec.commandLine().getErr().println("stipple: warning: " + text);
        output.check();
        Optional<Redraw> redraw = Redraw.of(requestOptions.like);
        ModelLocator locator = new ModelLocator(Host.of(spec).home());
        Path folder = redraw.map(again -> again.model(locator, modelOptions.model))
                .orElseGet(() -> locator.find(modelOptions.model));
        if (redraw.isPresent()) {
            forgetEnvironment(spec, requestOptions);
            forgetEnvironment(spec, modelOptions);
            forgetEnvironment(spec, think);
            redraw.get().adoptAdapters(modelOptions);
        }
        ModelConfig config = LoraFiles.taught(ModelConfigReader.read(folder), modelOptions.chosenAdapters());
        if (order.edit() && !config.edits()) {
            throw new UserException("The model " + folder + " was not trained to edit pictures; name one that was by"
                    + " --model, or add an adapter that was by --lora");
        }
        DrawPlan plan = DrawPlan.of(config, order, requestOptions, output.preview != null, redraw, warn);
        think.check(plan.request());
        OutputFiles files = OutputFiles.plan(output.out, output.preview, plan.request());
        PendingIdentity identity = output.noMetadata && redraw.isEmpty()
                ? null
                : PendingIdentity.read(folder, modelOptions.chosenAdapters());
        redraw.ifPresent(again -> {
            boolean chosen = typed(spec, "--model") || typed(spec, "--lora");
            again.checkWeights(identity.get(), chosen, warn);
            again.adoptMachine(modelOptions, warn);
        });
        LoadOptions load = modelOptions.prepare();
        FitCheck.of(folder, config, load, demand(plan.request())).require(modelOptions.force, warn);
        DrawReporter reporter = reporter();
        try (Cancellation cancellation = new Cancellation();
                NextStepCheckpoint checkpoint = NextStepCheckpoint.load(folder, load)) {
            Provenance.Machine machine = new Provenance.Machine(
                    Converters.name(checkpoint.dtype()),
                    load.device().toString(),
                    Torch.cpuCapability(),
                    Torch.threads(),
                    modelOptions.quantize);
            GenerationRequest request = think.apply(checkpoint, plan.request(), reporter);
            DrawStart start = new DrawStart(
                    String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
                    machine,
                    checkpoint.decoder().name(),
                    request,
                    plan.randomSeed());
            Function<Integer, PngMetadata> metadata = index -> output.noMetadata
                    ? PngMetadata.NONE
                    : new Provenance(Version.NUMBER, identity.get(), machine, request, plan.input(), plan.start())
                            .metadata(index);
            return draw(checkpoint, start, files, metadata, reporter, cancellation);
        }
    }

    /** What the request takes in memory; of the prompt's length an upper estimate, since no tokenizer is loaded yet. */
    private DrawingDemand demand(GenerationRequest request) {
        int characters = think.characters()
                + request.prompt().length()
                + request.positive().length()
                + request.negative().length();
        return new DrawingDemand(
                request.count(),
                new Guidance(request.cfg(), request.cfgImage()).branches(),
                PROMPT_FRAME + characters,
                request.size());
    }

    private DrawReporter reporter() {
        CommandLine line = spec.commandLine();
        if (output.json) {
            return new JsonReporter(line.getOut());
        }
        DrawReporter text = new TextReporter(
                line.getOut(), line.getErr(), output.quiet, Host.of(spec).terminal());
        return output.verbose ? new VerboseReporter(text, line.getErr()) : text;
    }

    private int draw(
            NextStepCheckpoint checkpoint,
            DrawStart start,
            OutputFiles files,
            Function<Integer, PngMetadata> metadata,
            DrawReporter reporter,
            Cancellation cancellation) {
        int saved = 0;
        try (Generation generation = new GenerationEngine(checkpoint).generate(start.request())) {
            cancellation.stopBy(generation::cancel);
            reporter.started(start);
            while (generation.hasNext()) {
                GenerationEvent event = generation.next();
                reporter.event(event);
                switch (event) {
                    case GenerationEvent.PartialPicture partial -> {
                        Path file = files.preview(partial.picture(), partial.row());
                        PngWriter.write(file, partial.image(), PngMetadata.NONE);
                        reporter.previewed(partial.picture(), partial.row(), file);
                    }
                    case GenerationEvent.PictureFinished done -> {
                        Path file = files.pictures().get(done.picture());
                        PngWriter.write(file, done.image(), metadata.apply(done.picture()));
                        saved++;
                        reporter.saved(done.picture(), done.seed(), file);
                    }
                    case GenerationEvent.PromptReady ready -> {}
                    case GenerationEvent.RowDrawn row -> {}
                }
            }
            reporter.finished();
            return 0;
        } catch (CancellationException cancelled) {
            reporter.cancelled(saved);
            return Main.INTERRUPTED;
        }
    }

    /** Whether an option stands on the command line, rather than in the environment. */
    static boolean typed(CommandSpec spec, String name) {
        return spec.commandLine().getParseResult().hasMatchedOption(name);
    }

    /** Takes back what only the environment set in a group of options: a picture to draw again outranks it. */
    private static void forgetEnvironment(CommandSpec spec, Object group) {
        for (OptionSpec option : spec.options()) {
            boolean kept = option.longestName().equals("--like")
                    || option.longestName().equals("--model");
            if (option.userObject() instanceof Field field
                    && field.getDeclaringClass().equals(group.getClass())
                    && !kept
                    && !typed(spec, option.longestName())) {
                option.setValue(field.getType() == boolean.class ? Boolean.FALSE : null);
            }
        }
    }
}
