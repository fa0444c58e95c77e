package stipple.train.run;

import java.nio.file.Path;
import java.util.Arrays;
import stipple.torch.UserException;
import stipple.train.Objectives;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;

/** Trains by a recipe in a process of its own, as the command does, and prints what happens. */
final class TrainProcess {
    private TrainProcess() {}

    /** Arguments: recipe file, then overrides. */
    public static void main(String[] args) {
        Recipe recipe = RecipeReader.read(Path.of(args[0]), Arrays.asList(args).subList(1, args.length));
        boolean[] completed = {false};
        try (Objective objective = Objectives.of(recipe);
                Trainer trainer = new Trainer(recipe, objective, event -> print(event, completed));
                StopOnSignal signal = StopOnSignal.install(trainer::requestStop, Runtime.getRuntime()::halt)) {
            trainer.run();
            signal.over(completed[0] ? 0 : 130);
        } catch (UserException e) {
            System.out.println("refused " + e.getMessage());
            Runtime.getRuntime().halt(2);
        }
    }

    private static void print(TrainEvent event, boolean[] completed) {
        System.out.println(
                switch (event) {
                    case TrainEvent.Started s -> "started " + s.step();
                    case TrainEvent.News n -> "news " + String.join("; ", n.lines());
                    case TrainEvent.Progress p -> "step " + p.step();
                    case TrainEvent.Evaluated e -> "evaluated " + e.step();
                    case TrainEvent.Saved s -> "saved " + s.step();
                    case TrainEvent.SaveFailed f -> "unsaved " + f.step() + " " + f.reason();
                    case TrainEvent.Skipped s -> "skipped " + s.checkpoint();
                    case TrainEvent.Stopping s -> "stopping";
                    case TrainEvent.Trouble t -> "trouble " + t.text();
                    case TrainEvent.RecipeChanged c -> "changed " + c.changes();
                    case TrainEvent.Finished f -> {
                        completed[0] = f.completed();
                        yield "finished " + f.step();
                    }
                });
        System.out.flush();
    }
}
