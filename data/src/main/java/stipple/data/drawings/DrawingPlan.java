package stipple.data.drawings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import stipple.data.DataException;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.SetDescription;
import stipple.data.build.SetWriter;
import stipple.data.build.Workers;
import stipple.data.pixels.Pixels;
import stipple.data.quality.DuplicateIndex;
import stipple.data.quality.Fingerprint;
import stipple.data.quality.PictureChecks;

/** Draws pictures, leaves out what is of no use, and writes the rest. */
public final class DrawingPlan {
    private static final int SMALLEST = 16;
    private static final int LARGEST = 1024;

    private static final int REPORT_EVERY = 100;

    private DrawingPlan() {}

    /** A drawn picture, or the reason why it is left out. */
    private record Drawn(Drawing drawing, SetWriter.Encoded encoded, Fingerprint fingerprint, String fault) {
        static Drawn lost(Drawing drawing, String fault) {
            return new Drawn(drawing, null, null, fault);
        }
    }

    /**
     * The order in which drawings are made: what is held out comes first, because of two equal pictures the first is kept,
     * so that none of them is trained on; then styles and subjects are mixed in every shard by a hash of the key.
     */
    public static List<Drawing> ordered(List<Drawing> drawings, String salt) {
        List<Drawing> order = new ArrayList<>(drawings);
        order.sort(Comparator.comparing((Drawing d) -> d.family().equals(SetDescription.TRAIN))
                .thenComparingLong(d -> StableHash.of(salt, "order|" + d.key()))
                .thenComparing(Drawing::key));
        return order;
    }

    /** Refuses sides of pictures, in pixels, that cannot be drawn. */
    public static void requireSize(int size) {
        if (size < SMALLEST || size > LARGEST) {
            throw new DataException(
                    "pictures of " + size + " pixels cannot be built; give a size from " + SMALLEST + " to " + LARGEST);
        }
    }

    /**
     * Draws on several threads and writes in the order of the list. A picture that two styles share is a true picture of
     * both, and is kept in both.
     *
     * @return the styles of which at least one picture was written
     */
    public static Set<String> write(
            List<Drawing> drawings, int size, int threads, SetWriter writer, Consumer<BuildProgress> progress) {
        return write(drawings, Drawing::style, size, threads, writer, progress);
    }

    /**
     * The same for drawings of which those of one {@code group} that look the same are kept once.
     *
     * @return the styles of which at least one picture was written
     */
    public static Set<String> write(
            List<Drawing> drawings,
            Function<Drawing, String> group,
            int size,
            int threads,
            SetWriter writer,
            Consumer<BuildProgress> progress) {
        Map<String, DuplicateIndex> seen = new HashMap<>();
        Set<String> styles = new HashSet<>();
        int[] done = new int[1];
        Workers.inOrder(drawings.iterator(), threads, drawing -> draw(drawing, size), drawn -> {
            Drawing drawing = drawn.drawing();
            Optional<String> fault = Optional.ofNullable(drawn.fault())
                    .or(() -> seen.computeIfAbsent(group.apply(drawing), x -> new DuplicateIndex())
                            .add(drawn.fingerprint()));
            if (fault.isPresent()) {
                writer.leaveOut(fault.get(), drawing.key());
            } else {
                writer.add(drawn.encoded());
                styles.add(drawing.style());
            }
            done[0]++;
            if (done[0] % REPORT_EVERY == 0 || done[0] == drawings.size()) {
                progress.accept(new BuildProgress("draw", done[0], drawings.size()));
            }
        });
        return styles;
    }

    private static Drawn draw(Drawing drawing, int size) {
        Pixels pixels;
        try {
            pixels = drawing.picture().apply(size);
        } catch (DataException e) {
            return Drawn.lost(drawing, "drawing that cannot be drawn as it is meant");
        }
        Optional<String> fault = PictureChecks.fault(pixels);
        if (fault.isPresent()) {
            return Drawn.lost(drawing, fault.get());
        }
        BuiltSample sample =
                new BuiltSample(drawing.family(), drawing.key(), drawing.json().get(), List.of(pixels));
        return new Drawn(drawing, SetWriter.Encoded.of(sample), Fingerprint.of(pixels), null);
    }
}
