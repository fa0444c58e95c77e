package stipple.train.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.classify.PictureClassifier;
import stipple.model.load.LoadedAutoencoder;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.TinyRuns;
import stipple.train.data.PictureSet;
import stipple.train.recipe.Recipe;
import stipple.train.run.Trainer;

class ClassifierObjectiveTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    @Test
    void training_tells_shapes_by_their_texture_and_the_exported_classifier_does_too() {
        long before = Tensor.live();
        Recipe recipe = tiny.recipe(
                "classifier",
                "shapes",
                "steps=120",
                "batch=12",
                "optimizer.lr=0.01",
                "checkpoint.every=120",
                "samples.every=120",
                "data.holdout=train");
        double untrained;
        double trained;
        try (ClassifierObjective objective = new ClassifierObjective(recipe)) {
            untrained = PartLosses.of(objective, BatchPart.whole(new long[] {0, 1, 2, 3, 4, 5}));
            try (Trainer trainer = new Trainer(recipe, objective, event -> {})) {
                trainer.run();
            }
            trained = PartLosses.of(objective, BatchPart.whole(new long[] {0, 1, 2, 3, 4, 5}));
            assertEquals(1, objective.evaluate(objective.weights()).get("train_right"));
        }
        assertTrue(trained < untrained / 2, trained + " after " + untrained);
        try (PictureClassifier classifier = PictureClassifier.load(temp.resolve("shapes/model"));
                PictureSet held = PictureSet.heldOut(recipe.data(), "train");
                Scope scope = Scope.open()) {
            assertEquals(List.of("bar", "disc", "square"), classifier.config().labels());
            assertArrayEquals(new int[] {2, 1, 0}, Autograd.off(() -> classifier.answers(held.pixels(0, 1, 2))));
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void a_batch_costs_the_same_whole_and_in_parts() {
        try (ClassifierObjective objective = new ClassifierObjective(tiny.recipe("classifier", "parts", "batch=4"))) {
            PartLosses.assertSameWholeAndInParts(objective);
        }
    }

    @Test
    void every_other_picture_may_be_shown_as_an_image_tokenizer_gives_it_back() {
        tiny.nextStepFile("unused"); // makes an image tokenizer
        String[] sent = {"batch=4", "classifier.copies=2", "classifier.autoencoders=[" + temp.resolve("vae") + "]"};
        Recipe recipe = tiny.recipe("classifier", "sent", sent);
        try (ClassifierObjective objective = new ClassifierObjective(recipe)) {
            PartLosses.assertSameWholeAndInParts(objective);
        }
        try (Scope scope = Scope.open();
                PictureSet pictures = PictureSet.training(recipe.data());
                Copies copies = Copies.of(recipe, pictures);
                LoadedAutoencoder vae = LoadedAutoencoder.load(temp.resolve("vae"), DType.F32, Device.CPU)) {
            assertEquals(2, copies.count());
            assertEquals(pictures.size() / 2, copies.picture(1));
            Tensor back =
                    Autograd.off(() -> vae.network().pixels(vae.network().latents(pictures.pixels(copies.picture(1)))));
            // A picture file has 255 steps from -1 to 1; what a copy shows between them would tell that it is a copy.
            assertArrayEquals(back.clamp(-1, 1).toFloats(), copies.pixels(1).toFloats(), 1.01f / 255);
            for (float value : copies.pixels(1).toFloats()) {
                double level = (value + 1) * 127.5;
                assertEquals(Math.rint(level), level, 1e-3);
            }
        }
        int side = recipe.data().size();
        Recipe larger = tiny.recipe("classifier", "larger", sent[1], sent[2], "classifier.copy_size=" + 2 * side);
        try (Scope scope = Scope.open();
                PictureSet pictures = PictureSet.training(larger.data());
                PictureSet large = PictureSet.training(larger.data(), 2 * side);
                Copies copies = Copies.of(larger, pictures);
                LoadedAutoencoder vae = LoadedAutoencoder.load(temp.resolve("vae"), DType.F32, Device.CPU)) {
            Tensor back =
                    Autograd.off(() -> vae.network().pixels(vae.network().latents(large.pixels(copies.picture(1)))));
            assertArrayEquals(new long[] {1, 3, side, side}, copies.pixels(1).shape());
            // Reduced with a filter that leaves the mean as it is, and rounded to levels.
            assertEquals(
                    back.clamp(-1, 1).mean().item(), copies.pixels(1).mean().item(), 0.02);
        }
        String refusal = assertThrows(
                        UserException.class, () -> tiny.recipe("classifier", "unsent", "classifier.copies=2"))
                .getMessage();
        assertTrue(refusal.contains("classifier.copies wants classifier.autoencoders"), refusal);
    }

    @Test
    void a_label_that_the_pictures_do_not_tell_is_refused_by_name() {
        Recipe recipe = tiny.recipe("classifier", "untold", "classifier.label=weight");
        String message = assertThrows(UserException.class, () -> new ClassifierObjective(recipe))
                .getMessage();
        assertTrue(message.contains("do not tell their weight"), message);
    }
}
