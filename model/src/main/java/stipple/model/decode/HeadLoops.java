package stipple.model.decode;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import stipple.torch.DeviceGraph;
import stipple.torch.Tensor;
import stipple.torch.TorchException;

/**
 * The loops that were run lately, each with its memory and, where there is a recorder, its recording. When one cannot be
 * recorded a warning says why, once, and from then on operations are queued one by one.
 */
final class HeadLoops implements AutoCloseable {
    /** Loops that are kept; the one that was not run for longest goes first. Continuous batching needs five for 16 pictures. */
    static final int MOST = 12;

    private static final System.Logger LOG = System.getLogger(HeadLoops.class.getName());

    private final Function<HeadLoop.Key, HeadLoop> make;
    private final Map<HeadLoop.Key, Entry> kept = new LinkedHashMap<>(16, 0.75f, true);
    private DeviceGraph.Recorder recorder;

    /**
     * No loops yet.
     *
     * @param make makes a loop
     * @param recorder records loops, or null to queue their operations one by one
     */
    HeadLoops(Function<HeadLoop.Key, HeadLoop> make, DeviceGraph.Recorder recorder) {
        this.make = make;
        this.recorder = recorder;
    }

    /** Whether loops are recorded. */
    boolean recording() {
        return recorder != null;
    }

    /** Loops that are kept now. */
    int size() {
        return kept.size();
    }

    /**
     * Runs a loop.
     *
     * @param fill puts in what it is about and says for how many pictures
     * @return their tokens {@code [pictures, token]} in the current scope; the next run of the same loop leaves them alone
     */
    Tensor run(HeadLoop.Key key, ToIntFunction<HeadLoop> fill) {
        Entry entry = kept.get(key);
        if (entry == null) {
            if (kept.size() == MOST) {
                HeadLoop.Key eldest = kept.keySet().iterator().next();
                kept.remove(eldest).close();
            }
            entry = new Entry(make.apply(key));
            kept.put(key, entry);
        }
        int pictures = fill.applyAsInt(entry.loop);
        entry.run();
        return entry.loop.tokens(pictures).mul(1);
    }

    @Override
    public void close() {
        kept.values().forEach(Entry::close);
        kept.clear();
    }

    private final class Entry implements AutoCloseable {
        private final HeadLoop loop;
        private DeviceGraph graph;

        Entry(HeadLoop loop) {
            this.loop = loop;
        }

        void run() {
            if (graph == null && recorder != null) {
                record();
            }
            if (graph == null) {
                loop.run();
            } else {
                graph.replay();
            }
        }

        private void record() {
            try {
                graph = recorder.record(loop::run);
            } catch (TorchException e) {
                if (e.kind() == TorchException.Kind.OUT_OF_MEMORY) {
                    throw e;
                }
                recorder = null;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "The flow head runs one launch per operation, which is slower: its loop cannot be recorded as a"
                                + " graph (" + e.getMessage() + ")");
            }
        }

        @Override
        public void close() {
            if (graph != null) {
                graph.close();
            }
            loop.close();
        }
    }
}
