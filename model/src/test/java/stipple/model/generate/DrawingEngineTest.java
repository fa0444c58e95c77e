package stipple.model.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Tensor;
import stipple.torch.Torch;
import stipple.torch.UserException;

class DrawingEngineTest {
    private static final EngineLimits ROOMY = new EngineLimits(8, 100, 1L << 30);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    static Path dir;

    private static NextStepCheckpoint checkpoint;
    private static int threads;

    @BeforeAll
    static void load() throws IOException {
        // Products this small gain nothing from a second thread and lose much where the other core is busy.
        threads = Torch.threads();
        Torch.threads(1);
        checkpoint = TinyCheckpoint.load(dir);
    }

    @AfterAll
    static void close() {
        checkpoint.close();
        Torch.threads(threads);
    }

    static RequestBuilder request() {
        return GenerationRequest.with(checkpoint.config().generation()).prompt("a red cat");
    }

    /** Requests that differ in everything that can differ. */
    private static List<GenerationRequest> mixture() {
        PixelImage photo = TinyCheckpoint.picture(new ImageSize(64, 64), 1);
        return List.of(
                request().seed(1).build(),
                request().seed(2).prompt("red").steps(7).cfg(1).build(),
                request()
                        .seed(3)
                        .size(new ImageSize(32, 64))
                        .sampler(SamplerKind.S1)
                        .count(3)
                        .build(),
                request()
                        .seed(4)
                        .sampler(SamplerKind.S3_SDE)
                        .useNorm(false)
                        .negative("blue")
                        .build(),
                request().seed(5).input(photo).cfgImage(2).prompt("make it red").build(),
                request().seed(6).continueFrom(photo).continueRows(2).count(2).build(),
                request()
                        .seed(7)
                        .steps(6)
                        .stepsEnd(2)
                        .cfgSchedule(GuidanceSchedule.LINEAR_FALLING)
                        .build(),
                request()
                        .seed(8)
                        .size(new ImageSize(64, 32))
                        .sampler(SamplerKind.S2)
                        .reuse(2)
                        .build());
    }

    private static List<PixelImage> alone(GenerationRequest request) {
        List<PixelImage> pictures = new ArrayList<>();
        try (Generation generation = new GenerationEngine(checkpoint).generate(request)) {
            while (generation.hasNext()) {
                if (generation.next() instanceof GenerationEvent.PictureFinished done) {
                    pictures.add(done.image());
                }
            }
        }
        return pictures;
    }

    private static void assertSame(List<PixelImage> expected, List<PixelImage> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).rgb(), actual.get(i).rgb());
        }
    }

    @Test
    void pictures_drawn_in_mixed_company_are_those_drawn_alone() throws InterruptedException {
        List<GenerationRequest> requests = mixture();
        List<List<PixelImage>> expected =
                requests.stream().map(DrawingEngineTest::alone).toList();
        try (DrawingEngine engine = new DrawingEngine(checkpoint, ROOMY)) {
            List<Recorded> heard = new ArrayList<>();
            for (GenerationRequest request : requests) {
                Recorded recorded = new Recorded();
                heard.add(recorded);
                engine.submit(request, recorded);
            }
            for (int i = 0; i < requests.size(); i++) {
                assertSame(expected.get(i), heard.get(i).finished());
            }
            // Listeners may hear of an end before the turn's counts are published.
            assertTrue(engine.drain(Duration.ofMinutes(1)));
            EngineStatus status = engine.status();
            assertEquals(11, status.pictures());
            assertEquals(8, status.finished());
        }
    }

    @Test
    void closing_an_engine_frees_all_it_held() throws InterruptedException {
        checkpoint.decoder();
        alone(request().build());
        long before = Tensor.live();
        DrawingEngine engine = new DrawingEngine(checkpoint, ROOMY);
        Recorded recorded = new Recorded();
        Ticket ticket = engine.submit(request().count(40).build(), recorded);
        recorded.awaitFirstEvent();
        engine.close();
        assertInstanceOf(DrawingOutcome.Cancelled.class, recorded.outcome());
        assertEquals(Ticket.State.ENDED, ticket.state());
        assertEquals(before, Tensor.live());
        assertThrows(EngineClosedException.class, () -> engine.submit(request().build(), new Recorded()));
    }

    @Test
    void a_cancelled_request_leaves_its_company_alone() throws InterruptedException {
        GenerationRequest stays = request().seed(11).count(2).build();
        List<PixelImage> expected = alone(stays);
        try (DrawingEngine engine = new DrawingEngine(checkpoint, ROOMY)) {
            Recorded goes = new Recorded();
            Recorded remains = new Recorded();
            Ticket leaving = engine.submit(request().seed(12).count(50).build(), goes);
            engine.submit(stays, remains);
            goes.awaitFirstEvent();
            leaving.cancel();
            assertInstanceOf(DrawingOutcome.Cancelled.class, goes.outcome());
            assertSame(expected, remains.finished());
            assertTrue(leaving.progress().pictures() < 50);
        }
    }

    @Test
    void a_request_that_the_model_cannot_draw_is_refused_when_it_is_submitted() {
        try (DrawingEngine engine = new DrawingEngine(checkpoint, ROOMY)) {
            UserException size = assertThrows(
                    UserException.class,
                    () -> engine.submit(request().size(new ImageSize(48, 48)).build(), new Recorded()));
            assertTrue(size.getMessage().contains("use one of 64x64"), size.getMessage());
            UserException rows = assertThrows(
                    UserException.class,
                    () -> engine.submit(
                            request()
                                    .continueFrom(TinyCheckpoint.picture(new ImageSize(64, 64), 0))
                                    .continueRows(4)
                                    .build(),
                            new Recorded()));
            assertTrue(rows.getMessage().contains("keep 1 to 3"), rows.getMessage());
            assertEquals(0, engine.status().waiting());
        }
    }

    @Test
    void a_full_queue_refuses_and_recovers() throws InterruptedException {
        try (DrawingEngine engine = new DrawingEngine(checkpoint, new EngineLimits(1, 2, 1L << 30))) {
            Recorded first = new Recorded();
            Ticket drawing = engine.submit(request().count(60).build(), first);
            first.awaitFirstEvent();
            Ticket second = engine.submit(request().build(), new Recorded());
            Ticket third = engine.submit(request().build(), new Recorded());
            assertEquals(List.of(0, 1, 2), List.of(drawing.position(), second.position(), third.position()));
            QueueFullException full = assertThrows(
                    QueueFullException.class, () -> engine.submit(request().build(), new Recorded()));
            assertTrue(full.getMessage().startsWith("2 requests are waiting"), full.getMessage());
            drawing.cancel();
            second.cancel();
            assertTrue(second.await(MINUTE).isPresent());
            Recorded again = new Recorded();
            engine.submit(request().build(), again);
            assertEquals(1, again.finished().size());
        }
    }

    @Test
    void draining_finishes_what_was_taken_and_takes_no_more() throws InterruptedException {
        try (DrawingEngine engine = new DrawingEngine(checkpoint, ROOMY)) {
            Recorded recorded = new Recorded();
            Ticket ticket = engine.submit(request().count(2).build(), recorded);
            assertTrue(engine.drain(MINUTE));
            assertEquals(Ticket.State.ENDED, ticket.state());
            assertEquals(new Ticket.Progress(32, 32, 2, 2), ticket.progress());
            assertThrows(
                    EngineClosedException.class, () -> engine.submit(request().build(), new Recorded()));
            assertEquals(2, recorded.finished().size());
        }
    }
}
