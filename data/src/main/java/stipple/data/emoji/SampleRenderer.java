package stipple.data.emoji;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import stipple.data.DataException;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;

/** Draws samples on several threads and hands them on in the order of the plan. */
final class SampleRenderer {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Samples in flight per thread: enough to keep threads busy, few enough to stay small in memory. */
    private static final int WINDOW = 32;

    /** A drawn sample, ready to be written. */
    record Rendered(PlannedSample sample, Pixels pixels, String json, ImageMember png) {}

    private SampleRenderer() {}

    static void render(List<PlannedSample> plan, int size, int threads, Consumer<Rendered> sink) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Deque<Future<Rendered>> window = new ArrayDeque<>();
            for (PlannedSample sample : plan) {
                window.add(pool.submit(() -> draw(sample, size)));
                if (window.size() >= WINDOW * threads) {
                    sink.accept(await(window.remove()));
                }
            }
            while (!window.isEmpty()) {
                sink.accept(await(window.remove()));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static Rendered draw(PlannedSample sample, int size) throws JsonProcessingException {
        Pixels pixels = sample.pictures().draw(sample.name(), size);
        ImageMember png = new ImageMember("png", PngEncoder.encode(pixels));
        return new Rendered(sample, pixels, JSON.writeValueAsString(json(sample)), png);
    }

    /** The sample's JSON: {@code caption} is the list of variants, the canonical one first. */
    static ObjectNode json(PlannedSample sample) {
        EmojiEntry entry = sample.entry();
        ObjectNode root = JSON.createObjectNode();
        CaptionWriter.captions(entry, sample.style()).forEach(root.putArray("caption")::add);
        ObjectNode metadata = root.putObject("metadata");
        metadata.put("label", entry.label());
        entry.tags().forEach(metadata.putArray("tags")::add);
        metadata.put("group", entry.group());
        metadata.put("subgroup", entry.subgroup());
        metadata.put("style", sample.style().id());
        metadata.put("codepoints", entry.codepoints());
        metadata.put("skin_tone", entry.skinTone());
        metadata.put("base", entry.base());
        metadata.put("source", sample.style().source().spec());
        metadata.put("license", sample.style().source().licence());
        metadata.put("split", sample.split());
        return root;
    }

    private static Rendered await(Future<Rendered> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IllegalStateException("drawing failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("interrupted while drawing", e);
        }
    }
}
