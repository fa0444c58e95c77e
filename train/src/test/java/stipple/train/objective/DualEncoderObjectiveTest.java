package stipple.train.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.agreement.CaptionVectors;
import stipple.model.agreement.DualEncoder;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.TinyCaptions;
import stipple.train.TinyRuns;
import stipple.train.recipe.Recipe;
import stipple.train.run.Trainer;

class DualEncoderObjectiveTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    private static Recipe recipe(String output, String... overrides) {
        return tiny.recipe("dual_encoder", output, overrides);
    }

    @Test
    void a_batch_costs_the_same_whole_and_in_parts() {
        try (DualEncoderObjective objective = new DualEncoderObjective(recipe("parts", "batch=4"))) {
            PartLosses.assertSameWholeAndInParts(objective);
        }
    }

    @Test
    void training_finds_captions_of_pictures_and_the_exported_encoder_does_too() {
        long before = Tensor.live();
        Recipe recipe =
                recipe("learn", "steps=60", "batch=8", "optimizer.lr=0.01", "checkpoint.every=60", "samples.every=60");
        double untrained;
        double trained;
        try (DualEncoderObjective objective = new DualEncoderObjective(recipe)) {
            untrained = PartLosses.of(objective, BatchPart.whole(new long[] {0, 1, 2, 3, 4, 5, 6, 7}));
            try (Trainer trainer = new Trainer(recipe, objective, event -> {})) {
                trainer.run();
            }
            trained = PartLosses.of(objective, BatchPart.whole(new long[] {0, 1, 2, 3, 4, 5, 6, 7}));
            assertTrue(objective.evaluate(objective.weights()).get("holdout_at_5") > 0.9);
        }
        assertTrue(trained < untrained / 2, trained + " after " + untrained);
        try (DualEncoder encoder = DualEncoder.load(temp.resolve("learn/model"));
                CaptionVectors captions = CaptionVectors.load(temp.resolve("captions"));
                Scope scope = Scope.open()) {
            assertEquals("words", encoder.config().sentences());
            Tensor red = Tensors.of(square(0.7f, -0.8f, -0.8f), 1, 3, 32, 32);
            float[] products = encoder.pictures(red)
                    .matmul(encoder.captions(
                                    captions.vectors(List.of("a red square, flat style", "a blue bar, flat style")))
                            .transpose(0, 1))
                    .toFloats();
            assertTrue(products[0] > products[1], products[0] + " is not above " + products[1]);
        }
        assertEquals(before, Tensor.live());
    }

    private static float[] square(float... rgb) {
        float[] picture = new float[3 * 32 * 32];
        for (int i = 0; i < picture.length; i++) {
            int x = i % 32;
            int y = i / 32 % 32;
            boolean inside = x >= 6 && x < 26 && y >= 6 && y < 26;
            picture[i] = inside ? rgb[i / 1024] : 1;
        }
        return picture;
    }

    @Test
    void captions_that_suit_a_picture_as_well_as_its_own_are_not_counted_as_wrong() {
        // The two pictures share caption 7; the first was dealt 3, the second 7.
        CaptionChoice choice = new CaptionChoice(new int[] {3, 7, 9, 3});
        try (Scope scope = Scope.open()) {
            float[] mask = choice.mask(new int[][] {{3, 7}, {7, 8}}, 0).toFloats();
            assertArrayEquals(new float[] {0, -1e4f, 0, -1e4f, 0, 0, 0, 0}, mask);
        }
    }

    @Test
    void changes_keep_the_ground_white_and_stay_within_range() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            PictureChanges changes = new PictureChanges(3, 0.5, 0);
            Tensor white = Tensors.full(1, stipple.torch.DType.F32, 2, 3, 32, 32);
            Tensor changed = changes.apply(white, BatchPart.whole(new long[] {0, 1}), rng);
            assertEquals(0, changed.sub(white).abs().max().item(), 1e-6);
            Tensor square = Tensors.of(square(-1, -1, -1), 1, 3, 32, 32);
            Tensor moved = changes.apply(square, BatchPart.whole(new long[] {0}), rng);
            assertTrue(moved.sub(square).abs().max().item() > 0);
            assertEquals(square.mean().item(), moved.mean().item(), 1e-3);
        }
    }

    @Test
    void a_picture_without_a_vector_of_its_caption_is_refused_by_name() {
        Path other = temp.resolve("other");
        TinyCaptions.write(other, List.of("a cat"));
        Recipe recipe = recipe("missing", "dual_encoder.captions=" + other);
        String message = assertThrows(UserException.class, () -> new DualEncoderObjective(recipe))
                .getMessage();
        assertTrue(message.contains("a red square, flat style") && message.contains("data build captions"), message);
        assertFalse(message.contains("\n"));
    }
}
