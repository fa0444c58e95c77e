package stipple.model.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.config.SamplerKind;
import stipple.model.image.ImageSize;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Tensor;
import stipple.torch.Torch;

/**
 * Many pictures through one engine, with cancellations and failures among them. The whole of it:
 * {@code mvn -pl model test -Dtest=SoakTest -Dstipple.soak=500}.
 */
class SoakTest {
    private static final int PICTURES = Integer.getInteger("stipple.soak", 48);
    private static final List<SamplerKind> SAMPLERS = List.of(SamplerKind.values());
    private static final int ROUND = 10;
    private static final long MEBIBYTE = 1L << 20;
    /** What allocators keep back differs by this much from one round to another. */
    private static final long SLACK = 48;

    @TempDir
    Path dir;

    @Test
    void tensors_and_memory_end_where_they_were_after_the_first_pictures() throws IOException, InterruptedException {
        int threads = Torch.threads();
        Torch.threads(1);
        AtomicInteger steps = new AtomicInteger();
        try (NextStepCheckpoint checkpoint = TinyCheckpoint.load(dir)) {
            HookedBackend hooked = new HookedBackend(checkpoint.decoder(), draws -> {
                if (steps.incrementAndGet() % 37 == 0) {
                    draws.getFirst().fail(new IllegalStateException("disturbed"));
                }
            });
            try (DrawingEngine engine = new DrawingEngine(checkpoint, hooked, new EngineLimits(4, 100, 1L << 28))) {
                Soak soak = new Soak(checkpoint, engine);
                soak.round();
                long tensors = Tensor.live();
                long memory = resident();
                while (soak.pictures < PICTURES) {
                    soak.round();
                    assertEquals(tensors, Tensor.live(), "tensors after " + soak.pictures + " pictures");
                }
                long more = resident() - memory;
                assertTrue(more < SLACK, more + " MiB more after " + soak.pictures + " pictures");
                assertTrue(soak.cancelled > 0 && soak.failed > 0, "some were cancelled and some failed");
                System.out.println("soak: " + soak.pictures + " pictures, " + soak.finished + " requests finished, "
                        + soak.cancelled + " cancelled, " + soak.failed + " failed, " + more + " MiB more");
            }
        } finally {
            Torch.threads(threads);
        }
    }

    /** Resident memory in MiB; 0 where the system does not tell. */
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/statm");
        return Files.isReadable(status)
                ? Long.parseLong(Files.readString(status).split(" ")[1]) * 4096 / MEBIBYTE
                : 0;
    }

    private static final class Soak {
        private final NextStepCheckpoint checkpoint;
        private final DrawingEngine engine;
        private final Random random = new Random(1);
        private int pictures;
        private int finished;
        private int cancelled;
        private int failed;

        Soak(NextStepCheckpoint checkpoint, DrawingEngine engine) {
            this.checkpoint = checkpoint;
            this.engine = engine;
        }

        /** Ten pictures of all kinds, every fourth request cancelled on the way. */
        void round() throws InterruptedException {
            List<Recorded> heard = new ArrayList<>();
            for (int i = 0; i < ROUND; i++) {
                Recorded recorded = new Recorded();
                heard.add(recorded);
                Ticket ticket = engine.submit(request(i), recorded);
                pictures++;
                if (i % 4 == 3) {
                    recorded.awaitFirstEvent();
                    ticket.cancel();
                    assertTrue(ticket.await(Duration.ofMinutes(1)).isPresent());
                }
            }
            for (Recorded recorded : heard) {
                switch (recorded.outcome()) {
                    case DrawingOutcome.Finished done -> finished++;
                    case DrawingOutcome.Cancelled gone -> cancelled++;
                    case DrawingOutcome.Failed broken -> {
                        assertEquals("disturbed", broken.cause().getMessage());
                        failed++;
                    }
                }
            }
        }

        private GenerationRequest request(int i) {
            RequestBuilder builder = GenerationRequest.with(checkpoint.config().generation())
                    .prompt(List.of("a red cat", "red", "a cat").get(random.nextInt(3)))
                    .seed(random.nextInt())
                    .steps(1 + i % 3)
                    .previews(i % 5 == 0 ? Previews.EVERY_ROW : Previews.NONE)
                    .sampler(SAMPLERS.get(i % SAMPLERS.size()))
                    .size(List.of(new ImageSize(64, 64), new ImageSize(32, 64), new ImageSize(64, 32))
                            .get(i % 3));
            if (i % 5 == 1) {
                builder.continueFrom(TinyCheckpoint.picture(new ImageSize(64, 64), i))
                        .continueRows(1);
            }
            if (i % 5 == 2) {
                builder.input(TinyCheckpoint.picture(new ImageSize(64, 64), i)).cfgImage(1.5);
            }
            return builder.build();
        }
    }
}
