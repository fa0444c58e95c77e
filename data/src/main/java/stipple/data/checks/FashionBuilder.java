package stipple.data.checks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.build.Workers;
import stipple.data.packages.DebArchive;
import stipple.data.packages.DebPackage;
import stipple.data.pixels.Pixels;

/**
 * Builds Fashion-MNIST as a set: 70,000 grey pictures of ten kinds of garments, 28 by 28 pixels on a black ground of 32 by
 * 32, in its own division into training and test. Nothing is left out, so that figures compare with others'.
 */
public final class FashionBuilder {
    /** The test pictures. */
    public static final String TEST = "test";
    /** Side of the pictures. */
    public static final int SIZE = 32;

    private static final DebPackage SOURCE =
            new DebPackage("dataset-fashion-mnist", "0.0~git20200523.55506a9-1", "MIT", "Zalando SE");
    private static final String FOLDER = "usr/share/datasets/fashion-mnist/";
    private static final int DRAWN = 28;
    private static final int REPORT_EVERY = 1000;
    /** By label. */
    private static final List<Garment> GARMENTS = List.of(Garment.values());

    private static final Map<String, String> FILES = Map.of(SetDescription.TRAIN, "train", TEST, "t10k");

    private FashionBuilder() {}

    /**
     * What to build.
     *
     * @param output the folder of the set; an earlier build in it is replaced
     * @param count the first so many training pictures, and a sixth as many for the test; all if empty
     * @param threads threads that draw; the result does not depend on it
     * @param packages where the package comes from
     */
    public record Options(Path output, OptionalInt count, int threads, DebPackage.Source packages) {
        /** Checks the ranges. */
        public Options {
            if (threads < 1 || count.orElse(1) < 1) {
                throw new DataException(
                        "threads and count are at least 1, given " + threads + " and " + count.orElse(1));
            }
        }

        /** Everything that determines the bytes. */
        public Map<String, String> parameters() {
            return new TreeMap<>(Map.of(
                    "generator", "fashion 1", "count", count.isPresent() ? Integer.toString(count.getAsInt()) : "all"));
        }
    }

    /** A part of the data set. */
    private record Part(String family, IdxFile pictures, IdxFile labels) {
        static Part read(String family, Map<String, byte[]> files) {
            String name = FOLDER + FILES.get(family);
            Part part = new Part(
                    family,
                    idx(files, name + "-images-idx3-ubyte.gz", 3),
                    idx(files, name + "-labels-idx1-ubyte.gz", 1));
            if (part.pictures.length(1) != DRAWN
                    || part.pictures.length(2) != DRAWN
                    || part.labels.length(0) != part.pictures.length(0)) {
                throw new DataException(name + "-images holds " + part.pictures.length(0) + " pictures of "
                        + part.pictures.length(2) + "x" + part.pictures.length(1) + " pixels for "
                        + part.labels.length(0) + " labels; expected as many of " + DRAWN + "x" + DRAWN);
            }
            return part;
        }

        private static IdxFile idx(Map<String, byte[]> files, String name, int axes) {
            byte[] bytes = files.get(name);
            if (bytes == null) {
                throw new DataException(SOURCE.fileName() + " lacks " + name);
            }
            return IdxFile.read(bytes, axes, name);
        }

        BuiltSample sample(int i) {
            int label = labels.entry(i)[0];
            if (label < 0 || label >= GARMENTS.size()) {
                throw new DataException(
                        "label " + label + " of picture " + i + " of Fashion-MNIST; there are 10 classes");
            }
            return new BuiltSample(
                    family, family + "_" + i, json(GARMENTS.get(label), family), List.of(picture(pictures.entry(i))));
        }
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(Options options, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                options.output(),
                "fashion",
                "Fashion-MNIST: small grey pictures of ten kinds of garments, `class` in the metadata, to see that training"
                        + " and judges work. Nothing is left out; `test` is the data set's own test part.",
                "pair",
                List.of(SetDescription.TRAIN, TEST),
                options.parameters(),
                10_000);
        progress.accept(new BuildProgress("fetch " + SOURCE.spec(), 0, 1));
        Map<String, byte[]> files = DebArchive.read(
                options.packages().fetch(SOURCE),
                path -> path.startsWith(FOLDER) || path.equals(SOURCE.copyrightFile()));
        Part train = Part.read(SetDescription.TRAIN, files);
        Part test = Part.read(TEST, files);
        int trained = Math.min(
                options.count().orElse(Integer.MAX_VALUE), train.pictures().length(0));
        int tested = options.count().isPresent()
                ? Math.min(Math.max(1, trained / 6), test.pictures().length(0))
                : test.pictures().length(0);
        Stream<Integer> numbers = IntStream.range(0, trained + tested).boxed();
        int[] done = new int[1];
        try (SetWriter writer = new SetWriter(set)) {
            Workers.inOrder(
                    numbers.iterator(),
                    options.threads(),
                    i -> SetWriter.Encoded.of(i < trained ? train.sample(i) : test.sample(i - trained)),
                    encoded -> {
                        writer.add(encoded);
                        done[0]++;
                        if (done[0] % REPORT_EVERY == 0 || done[0] == trained + tested) {
                            progress.accept(new BuildProgress("draw", done[0], trained + tested));
                        }
                    });
            return writer.finish(List.of(SOURCE.credit(files)));
        }
    }

    /** The picture in the middle of a black square; no pixel is changed. */
    private static Pixels picture(byte[] grey) {
        byte[] rgb = new byte[3 * DRAWN * DRAWN];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = grey[i / 3];
        }
        Pixels square = Pixels.filled(SIZE, SIZE, 0);
        square.paste(new Pixels(DRAWN, DRAWN, rgb), (SIZE - DRAWN) / 2, (SIZE - DRAWN) / 2);
        return square;
    }

    private static ObjectNode json(Garment garment, String family) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("caption")
                .add(garment.phrase() + ", grey on black")
                .add("a grey picture of " + garment.phrase())
                .add(garment.word());
        json.putArray("caption_long")
                .add("A small grey photograph of " + garment.phrase()
                        + " on a plain black background. Nothing else is in" + " the picture.");
        json.putArray("caption_zh")
                .add(garment.chinesePhrase() + "，黑底灰度图")
                .add(garment.chinesePhrase() + "的灰度照片，黑色背景")
                .add(garment.chinese());
        json.putObject("metadata")
                .put("class", garment.word())
                .put("source", SOURCE.spec())
                .put("license", SOURCE.licence())
                .put("split", family);
        return json;
    }
}
