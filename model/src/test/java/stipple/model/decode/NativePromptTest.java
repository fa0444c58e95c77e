package stipple.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static stipple.model.decode.PlannedPictures.CONDITION;
import static stipple.model.decode.PlannedPictures.NEGATIVE;
import static stipple.model.decode.PlannedPictures.assertClose;
import static stipple.model.decode.PlannedPictures.assertEqualBits;
import static stipple.model.decode.PlannedPictures.fromPrompt;
import static stipple.model.decode.PlannedPictures.sde;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.model.decode.OddNetwork.Shape;
import stipple.model.decode.PlannedPictures.Plan;
import stipple.model.flow.Guidance;
import stipple.model.text.PromptRow;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.UserException;

/** Prompts read by the native token loop: their length, their company and what is left of them. */
class NativePromptTest implements NeedsKernels {
    @Test
    void a_picture_beyond_the_position_table_fails_alone() {
        try (OddNetwork network = OddNetwork.of(new Shape(2, 1, 4, true, true, 1), DType.F32, 8);
                NativeBackend backend = new NativeBackend(network.model())) {
            Plan fits = new Plan(sde(2), Guidance.NONE, 9, 1, false);
            Plan tooLarge = new Plan(sde(2), Guidance.NONE, 12, 2, false);
            Prompt prompt = backend.read(new PromptRow(CONDITION), new float[0]);
            try (DecodeBackend.Picture good = backend.begin(List.of(prompt), 9, 0);
                    DecodeBackend.Picture bad = backend.begin(List.of(prompt), 3, 9)) {
                TokenDraw first = fits.draw(good, 0);
                TokenDraw second = tooLarge.draw(bad, 0);
                backend.advance(List.of(first, second));
                assertNotNull(first.token());
                assertInstanceOf(UserException.class, second.failure());
            }
            prompt.release();
        }
    }

    @Test
    void a_prompt_longer_than_one_chunk_is_read_as_libtorch_reads_it() {
        int[] ids = new int[150];
        Arrays.setAll(ids, i -> i % 27);
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 9);
                NativeBackend backend = new NativeBackend(network.model());
                TorchBackend torch = new TorchBackend(network.model())) {
            Plan plan = new Plan(sde(3), Guidance.NONE, 3, 1, false);
            assertClose(fromPrompt(torch, ids, plan), fromPrompt(backend, ids, plan), 2e-5);
        }
    }

    @Test
    void prompts_read_in_one_pass_give_the_bits_of_prompts_read_one_by_one() {
        int[] ids = new int[150];
        Arrays.setAll(ids, i -> i % 27);
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 9);
                NativeBackend backend = new NativeBackend(network.model())) {
            Plan plan = new Plan(sde(3), Guidance.NONE, 3, 1, false);
            List<int[]> rows = List.of(NEGATIVE, ids, CONDITION);
            List<Prompt> together = backend.readAll(rows.stream()
                    .map(row -> new DecodeBackend.Reading(new PromptRow(row), new float[0]))
                    .toList());
            for (int i = 0; i < rows.size(); i++) {
                assertEquals(rows.get(i).length, together.get(i).length());
                assertEqualBits(fromPrompt(backend, rows.get(i), plan), fromPrompt(backend, together.get(i), plan));
            }
        }
    }

    @Test
    void a_prompt_that_cannot_be_read_leaves_nothing_of_those_read_with_it() {
        try (OddNetwork network = OddNetwork.of(Shape.PLAIN, DType.F32, 9);
                NativeBackend backend = new NativeBackend(network.model())) {
            long before = Tensor.live();
            List<DecodeBackend.Reading> readings = List.of(
                    new DecodeBackend.Reading(new PromptRow(CONDITION), new float[0]),
                    // One image token and no placeholder for it.
                    new DecodeBackend.Reading(new PromptRow(NEGATIVE), new float[20]));
            assertThrows(RuntimeException.class, () -> backend.readAll(readings));
            assertEquals(before, Tensor.live());
        }
    }
}
