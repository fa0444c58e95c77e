package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.eval.card.Scorecard;
import stipple.eval.card.ScorecardFiles;
import stipple.eval.report.EvalJson;
import stipple.eval.report.EvalReport;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.model.config.Task;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/** {@code stipple eval card}. */
@Command(
        name = "card",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the suites whose figures a model's card quotes, one after the other.",
            "They are composition, agreement, autoencoder, text, and both sets of edits if the model was trained for them. "
                    + ScorecardFiles.MARKDOWN + " will hold tables with the command of each, " + ScorecardFiles.JSON
                    + " the same for programs. A suite that is done is not run again unless the model, a judge or the data have"
                    + " changed; one that was stopped goes on."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build default --out build/data && stipple data build ocr --out build/ocr",
            "  stipple eval card --model DIR --output build/eval/card",
            "  stipple eval card --model DIR --share 0.1 --only composition,agreement -o build/eval/quick"
        })
final class EvalCardCommand extends EvalSuiteCommand {
    private static final double NANOS = 1e9;

    @Mixin
    private CardSuites suites;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description =
                    "composition, agreement, autoencoder, text, edits, composition-edits (default: all that the model was"
                            + " trained for)")
    private List<String> only;

    @Override
    public Integer call() {
        List<CardSuites.Planned> known = suites.plan(spec, run);
        return run.withModel(spec, (checkpoint, identity) -> {
            List<CardSuites.Planned> chosen = chosen(known, checkpoint);
            requireInputs(chosen);
            Scorecard card = run(chosen, checkpoint, identity);
            if (!run.json) {
                PrintWriter out = spec.commandLine().getOut();
                out.printf(
                        "%d suites for the card: %s%n",
                        card.parts().size(), run.output.resolve(ScorecardFiles.MARKDOWN));
                out.flush();
            }
            return 0;
        });
    }

    private Scorecard run(List<CardSuites.Planned> chosen, NextStepCheckpoint checkpoint, ModelIdentity identity) {
        RunFolder.open(run.output, RunIdentity.of("card", checkpoint, identity, run.settings()));
        Scorecard card = ScorecardFiles.read(run.output, new Scorecard(identity.name(), identity.hash(), List.of()));
        Map<Path, String> known = new HashMap<>();
        for (CardSuites.Planned suite : chosen) {
            Path folder = run.output.resolve(suite.name());
            Map<String, String> inputs = suite.identities(known);
            Optional<Scorecard.Part> done = card.part(suite.command());
            Optional<String> outdated = done.flatMap(part -> part.outdated(inputs));
            if (done.isPresent() && outdated.isEmpty()) {
                new EvalTable(spec.commandLine().getOut(), run.json).print(EvalJson.read(folder));
                continue;
            }
            outdated.ifPresent(why -> again(suite, why));
            long start = System.nanoTime();
            EvalReport report = EvalRun.watched(
                    spec,
                    (model, who, progress) -> suite.runner().run(model, who, folder, progress),
                    checkpoint,
                    identity);
            card = card.with(Scorecard.Part.of(
                    suite.name(), report, suite.command(), (System.nanoTime() - start) / NANOS, inputs));
            run.tell(spec, report, folder);
            ScorecardFiles.write(run.output, card);
        }
        return card;
    }

    private void again(CardSuites.Planned suite, String why) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(suite.name() + " is judged again, for " + why
                + "; its pictures are kept where what was asked for is the same");
        err.flush();
    }

    private List<CardSuites.Planned> chosen(List<CardSuites.Planned> known, NextStepCheckpoint checkpoint) {
        if (only == null) {
            boolean edits = checkpoint.config().tasks().contains(Task.EDIT);
            return known.stream().filter(suite -> edits || !suite.edits()).toList();
        }
        Set<String> asked = new LinkedHashSet<>(only);
        List<CardSuites.Planned> chosen =
                known.stream().filter(suite -> asked.remove(suite.name())).toList();
        if (!asked.isEmpty()) {
            throw new UserException("There is no suite '" + asked.iterator().next() + "' for a card; known: "
                    + known.stream().map(CardSuites.Planned::name).collect(Collectors.joining(", ")));
        }
        return chosen;
    }

    /** Nothing is drawn for hours before it turns out that the last suite lacks its data. */
    private static void requireInputs(List<CardSuites.Planned> chosen) {
        List<String> missing = new ArrayList<>();
        for (CardSuites.Planned suite : chosen) {
            Optional<CardSuites.Input> lacking = suite.inputs().stream()
                    .filter(input -> !Files.exists(input.folder()))
                    .findFirst();
            lacking.ifPresent(input -> missing.add(
                    suite.name() + " needs " + input.folder() + " (./stipple data build " + input.built() + ")"));
        }
        if (!missing.isEmpty()) {
            throw new UserException(String.join("; ", missing) + "; or leave suites out by --only");
        }
    }
}
