package stipple.model.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.Prompt;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Tensor;
import stipple.torch.Torch;
import stipple.torch.UserException;

/** The order of things, turn by turn. */
class DrawSchedulerTest {
    private static final long ROOMY = 1L << 30;

    @TempDir
    static Path dir;

    private static NextStepCheckpoint checkpoint;
    private static int threads;

    private final List<String> log = new ArrayList<>();

    @BeforeAll
    static void load() throws IOException {
        threads = Torch.threads();
        Torch.threads(1);
        checkpoint = TinyCheckpoint.load(dir);
    }

    @AfterAll
    static void close() {
        checkpoint.close();
        Torch.threads(threads);
    }

    private static RequestBuilder request() {
        return GenerationRequest.with(checkpoint.config().generation())
                .prompt("a red cat")
                .steps(2);
    }

    /** A job that writes what it hears into the log, after its name. */
    private DrawJob job(String name, GenerationRequest request) {
        return new DrawJob(plan(request), new DrawJob.Sink() {
            @Override
            public void event(GenerationEvent event) {
                switch (event) {
                    case GenerationEvent.PromptReady begun -> log.add(name + begun.picture() + " begins");
                    case GenerationEvent.PartialPicture partial -> log.add(name + partial.picture() + " preview");
                    case GenerationEvent.PictureFinished done -> log.add(name + done.picture() + " done");
                    case GenerationEvent.RowDrawn row -> {}
                }
            }

            @Override
            public void ended(DrawingOutcome outcome) {
                log.add(name + " " + outcome.getClass().getSimpleName());
            }
        });
    }

    private static RequestPlan plan(GenerationRequest request) {
        return RequestPlan.of(checkpoint.config(), checkpoint.tokenizer(), request);
    }

    private static DrawScheduler scheduler(int pictures, long bytes) {
        return new DrawScheduler(checkpoint, checkpoint.decoder(), new EngineLimits(pictures, 100, bytes));
    }

    private static int run(DrawScheduler scheduler) {
        int turns = 0;
        while (scheduler.busy()) {
            scheduler.turn();
            turns++;
        }
        return turns;
    }

    private List<String> logOf(String word) {
        return log.stream().filter(line -> line.endsWith(word)).toList();
    }

    @Test
    void places_go_to_the_request_with_the_fewest_pictures_in_the_works() {
        try (DrawScheduler scheduler = scheduler(2, ROOMY)) {
            scheduler.add(job("large", request().count(4).build()));
            scheduler.turn();
            scheduler.turn();
            scheduler.add(job("small", request().seed(9).build()));
            run(scheduler);
        }
        assertEquals(
                List.of("large0 begins", "large1 begins", "large2 begins", "small0 begins", "large3 begins"),
                logOf("begins"));
    }

    @Test
    void a_request_joins_those_under_way_and_leaves_with_its_last_token() {
        try (DrawScheduler scheduler = scheduler(8, ROOMY)) {
            scheduler.add(job("square", request().build()));
            for (int i = 0; i < 4; i++) {
                scheduler.turn();
            }
            scheduler.add(job("small", request().size(new ImageSize(32, 64)).build()));
            scheduler.turn();
            assertEquals(2, scheduler.drawing());
            // 16 tokens in turns 1 to 16 and 8 tokens in turns 5 to 12, each decoded in the turn after its last.
            for (int i = 0; i < 8; i++) {
                scheduler.turn();
            }
            assertEquals(List.of("small0 done"), logOf("done"));
            assertEquals(4, run(scheduler));
        }
    }

    @Test
    void a_picture_that_does_not_fit_waits_and_nobody_overtakes_it() {
        DecodeBackend backend = checkpoint.decoder();
        GenerationRequest square = request().build();
        long room = new CacheRoom(backend, new EngineLimits(8, 100, ROOMY)).bytesAlone(plan(square)) * 3 / 2;
        try (DrawScheduler scheduler = scheduler(8, room)) {
            scheduler.add(job("first", square));
            scheduler.add(job("second", request().prompt("red").build()));
            scheduler.add(
                    job("tiny", request().size(new ImageSize(32, 64)).cfg(1).build()));
            while (scheduler.busy()) {
                scheduler.turn();
                assertTrue(scheduler.cacheBytes() <= room, scheduler.cacheBytes() + " of " + room);
            }
        }
        assertEquals(List.of("first0 begins", "second0 begins", "tiny0 begins"), logOf("begins"));
        assertEquals(3, logOf("Finished").size());
    }

    @Test
    void pictures_of_one_prompt_share_what_was_read() {
        try (DrawScheduler scheduler = scheduler(8, ROOMY)) {
            scheduler.add(job("three", request().count(3).build()));
            scheduler.add(job("same", request().seed(5).cfg(2).build()));
            scheduler.turn();
            scheduler.turn();
            assertEquals(4, scheduler.drawing());
            RequestPlan plan = plan(request().build());
            int prompts = plan.branches().stream()
                    .mapToInt(branch -> branch.row().length())
                    .sum();
            long positions = prompts + 4 * 2 * 16L;
            assertEquals(positions * checkpoint.decoder().bytesPerPosition(), scheduler.cacheBytes());
            assertEquals(2, scheduler.promptsRead(), "the conditional and the unconditional row");
            scheduler.add(job("other", request().prompt("red").build()));
            run(scheduler);
            assertEquals(3, scheduler.promptsRead(), "the unconditional row is shared by all");
            assertEquals(0, scheduler.cacheBytes());
        }
    }

    @Test
    void those_who_come_together_begin_together_and_a_prompt_that_cannot_be_read_fails_alone() {
        int[] passes = {0};
        GenerationRequest unreadable =
                request().prompt("a red cat and a red cat").build();
        int length = plan(unreadable).branches().getFirst().row().length();
        DecodeBackend picky = new HookedBackend(checkpoint.decoder(), draws -> {}) {
            @Override
            public List<Prompt> readAll(List<Reading> readings) {
                passes[0]++;
                if (readings.stream().anyMatch(reading -> reading.row().length() == length)) {
                    throw new UserException("no such prompt");
                }
                return super.readAll(readings);
            }
        };
        try (DrawScheduler scheduler = new DrawScheduler(checkpoint, picky, new EngineLimits(8, 100, ROOMY))) {
            for (String prompt : List.of("red", "a cat", "a red cat")) {
                scheduler.add(job(prompt, request().prompt(prompt).build()));
            }
            scheduler.turn();
            assertEquals(3, scheduler.drawing());
            assertEquals(1, passes[0]);
            scheduler.add(job("sound", request().prompt("a sound cat").build()));
            scheduler.add(job("unreadable", unreadable));
            scheduler.turn();
            assertEquals(4, scheduler.drawing());
            assertEquals(List.of("unreadable Failed"), logOf("Failed"));
            run(scheduler);
        }
        assertEquals(4, logOf("Finished").size());
    }

    @Test
    void few_prompts_are_read_between_two_turns() {
        try (DrawScheduler scheduler = scheduler(8, ROOMY)) {
            for (int i = 0; i < 6; i++) {
                String prompt = "a cat ".repeat(10) + i;
                scheduler.add(job("long", request().prompt(prompt).cfg(1).build()));
            }
            scheduler.turn();
            int first = scheduler.drawing();
            assertTrue(first >= 1 && first < 6, first + " of 6 long prompts were read in one turn");
            scheduler.turn();
            assertTrue(scheduler.drawing() > first);
            run(scheduler);
        }
        assertEquals(6, logOf("Finished").size());
    }

    @Test
    void previews_follow_every_row_of_a_request_alone_and_cost_no_turn_in_company() {
        GenerationRequest shown = request().previews(Previews.EVERY_ROW).build();
        try (DrawScheduler scheduler = scheduler(8, ROOMY)) {
            scheduler.add(job("alone", shown));
            assertEquals(17, run(scheduler));
            assertEquals(3, logOf("preview").size());
        }
        log.clear();
        try (DrawScheduler scheduler = scheduler(8, ROOMY)) {
            scheduler.add(job("shown", shown));
            scheduler.add(job("silent", request().prompt("red").build()));
            assertEquals(18, run(scheduler), "both are drawn in 16 turns and decoded one by one");
            assertTrue(logOf("preview").size() <= 3);
            assertEquals(2, logOf("Finished").size());
        }
    }

    @Test
    void a_number_of_previews_comes_in_company_too() {
        GenerationRequest shown = request().count(2).previews(new Previews(2)).build();
        try (DrawScheduler scheduler = scheduler(8, ROOMY)) {
            scheduler.add(job("shown", shown));
            scheduler.add(job("silent", request().prompt("red").build()));
            run(scheduler);
        }
        assertEquals(List.of("shown0 preview", "shown1 preview", "shown0 preview", "shown1 preview"), logOf("preview"));
    }

    @Test
    void a_kept_beginning_is_shown_as_the_tokenizer_reads_it_and_the_rest_is_drawn() {
        ImageSize size = new ImageSize(64, 64);
        PixelImage photo = TinyCheckpoint.picture(size, 3);
        PictureCoder coder = new PictureCoder(checkpoint);
        List<PixelImage> variations = new ArrayList<>();
        GenerationRequest request =
                request().count(2).continueFrom(photo).continueRows(3).build();
        try (DrawScheduler scheduler = scheduler(8, ROOMY)) {
            scheduler.add(new DrawJob(plan(request), new DrawJob.Sink() {
                @Override
                public void event(GenerationEvent event) {
                    switch (event) {
                        case GenerationEvent.PictureFinished done -> variations.add(done.image());
                        case GenerationEvent.PromptReady begun -> assertEquals(4, begun.imageTokens());
                        case GenerationEvent.RowDrawn row -> assertEquals(8, row.totalTokens());
                        case GenerationEvent.PartialPicture partial -> {}
                    }
                }

                @Override
                public void ended(DrawingOutcome outcome) {
                    assertInstanceOf(DrawingOutcome.Finished.class, outcome);
                }
            }));
            run(scheduler);
            assertEquals(2, scheduler.promptsRead(), "prompt and kept rows are read once for all variations");
        }
        float[] flat = coder.encode(photo, size);
        List<float[]> tokens = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            tokens.add(java.util.Arrays.copyOfRange(flat, i * 64, (i + 1) * 64));
        }
        PixelImage whole = coder.decode(tokens, size.grid(16));
        // The untrained decoder mixes all rows in its attention, so the top is close to the round trip, not equal to
        // it.
        double near = difference(whole, variations.getFirst());
        Collections.shuffle(tokens, new java.util.Random(1));
        double far = difference(whole, coder.decode(tokens, size.grid(16)));
        assertTrue(near < far / 3, near + " against " + far + " for the same tokens in another order");
        assertTrue(!java.util.Arrays.equals(
                variations.getFirst().rgb(), variations.getLast().rgb()));
    }

    /** Mean difference of the upper half. */
    private static double difference(PixelImage a, PixelImage b) {
        int bytes = a.rgb().length / 2;
        long sum = 0;
        for (int i = 0; i < bytes; i++) {
            sum += Math.abs(Byte.toUnsignedInt(a.rgb()[i]) - Byte.toUnsignedInt(b.rgb()[i]));
        }
        return (double) sum / bytes;
    }

    @Test
    void a_request_that_fails_leaves_its_company_alone_and_nothing_behind() {
        // The first round makes the tables that a backend keeps for settings it has met.
        disturb();
        log.clear();
        long before = Tensor.live();
        disturb();
        assertEquals(before, Tensor.live());
        assertEquals(List.of("disturbed Failed", "infinite Failed"), logOf("Failed"));
        assertEquals(List.of("sound Finished"), logOf("Finished"));
    }

    private void disturb() {
        int[] steps = {0};
        HookedBackend hooked = new HookedBackend(checkpoint.decoder(), draws -> {
            steps[0]++;
            draws.stream()
                    .filter(draw -> draw.program().evaluations() == 3 && steps[0] == 5)
                    .forEach(draw -> draw.fail(new IllegalStateException("disturbed")));
            draws.stream()
                    .filter(draw -> draw.program().evaluations() == 4 && steps[0] == 6)
                    .forEach(draw -> draw.done(new float[] {Float.NaN}, 4));
        });
        try (DrawScheduler scheduler = new DrawScheduler(checkpoint, hooked, new EngineLimits(8, 100, ROOMY))) {
            scheduler.add(job("sound", request().build()));
            scheduler.add(job("disturbed", request().steps(3).count(2).build()));
            scheduler.add(job("infinite", request().steps(4).build()));
            run(scheduler);
        }
    }

    @Test
    void a_step_that_fails_as_a_whole_ends_those_in_it_and_the_next_request_is_drawn() {
        int[] steps = {0};
        HookedBackend hooked = new HookedBackend(checkpoint.decoder(), draws -> {
            steps[0]++;
            if (steps[0] == 3) {
                throw new UserException("no memory");
            }
        });
        try (DrawScheduler scheduler = new DrawScheduler(checkpoint, hooked, new EngineLimits(8, 100, ROOMY))) {
            scheduler.add(job("one", request().build()));
            scheduler.add(job("two", request().build()));
            run(scheduler);
            scheduler.add(job("three", request().build()));
            run(scheduler);
        }
        assertEquals(List.of("one Failed", "two Failed"), logOf("Failed"));
        assertEquals(List.of("three Finished"), logOf("Finished"));
    }
}
