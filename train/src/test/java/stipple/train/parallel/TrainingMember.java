package stipple.train.parallel;

import java.nio.file.Path;
import java.util.Arrays;
import stipple.torch.Scope;
import stipple.torch.Torch;
import stipple.torch.UserException;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.run.TrainEvent;
import stipple.train.run.Trainer;

/** Trains by a recipe as one of several processes; where it belongs is in its environment. */
final class TrainingMember {
    private TrainingMember() {}

    /** Arguments: recipe file, then overrides. */
    public static void main(String[] args) {
        try (Replicas replicas = Replicas.join(Cluster.fromEnvironment(System.getenv()))) {
            Torch.threads(1);
            Recipe recipe =
                    RecipeReader.read(Path.of(args[0]), Arrays.asList(args).subList(1, args.length));
            try (Scope scope = Scope.open();
                    TinyTask objective = new TinyTask();
                    Trainer trainer = new Trainer(recipe, objective, TrainingMember::print, replicas)) {
                if (System.getenv("STOP") != null) {
                    trainer.requestStop();
                }
                trainer.run();
            }
        } catch (UserException e) {
            System.out.println("refused: " + e.getMessage());
            Runtime.getRuntime().halt(2);
        }
    }

    private static void print(TrainEvent event) {
        if (event instanceof TrainEvent.Progress p) {
            System.out.println("at " + p.step() + " loss " + p.loss());
        } else if (event instanceof TrainEvent.Finished f) {
            System.out.println("finished " + f.step() + " " + f.completed());
        }
        System.out.flush();
    }
}
