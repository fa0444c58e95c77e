package stipple.model.generate;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import stipple.model.image.PixelImage;

/** A listener that remembers what it heard. */
final class Recorded implements DrawingListener {
    private final List<GenerationEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile DrawingOutcome outcome;

    @Override
    public void event(GenerationEvent event) {
        events.add(event);
        begun.countDown();
    }

    @Override
    public void ended(DrawingOutcome how) {
        outcome = how;
        over.countDown();
    }

    DrawingOutcome outcome() throws InterruptedException {
        if (!over.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("No end after a minute; heard " + events);
        }
        return outcome;
    }

    /** The pictures of a request that must have gone well. */
    List<PixelImage> finished() throws InterruptedException {
        if (outcome() instanceof DrawingOutcome.Failed failed) {
            throw new AssertionError("The request failed", failed.cause());
        }
        assertInstanceOf(DrawingOutcome.Finished.class, outcome());
        return pictures();
    }

    void awaitFirstEvent() throws InterruptedException {
        if (!begun.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("Nothing heard for a minute");
        }
    }

    List<GenerationEvent> events() {
        return List.copyOf(events);
    }

    <T extends GenerationEvent> List<T> events(Class<T> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<PixelImage> pictures() {
        return events(GenerationEvent.PictureFinished.class).stream()
                .sorted((a, b) -> Integer.compare(a.picture(), b.picture()))
                .map(GenerationEvent.PictureFinished::image)
                .toList();
    }
}
