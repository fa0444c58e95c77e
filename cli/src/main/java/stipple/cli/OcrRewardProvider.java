package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stipple.eval.ocr.OcrScorer;
import stipple.eval.ocr.PpOcr;
import stipple.eval.ocr.TextReader;
import stipple.eval.run.Pictures;
import stipple.torch.UserException;
import stipple.train.reward.Judged;
import stipple.train.reward.Options;
import stipple.train.reward.Reward;
import stipple.train.reward.RewardProvider;

/**
 * Words that were asked for, read back by PP-OCR, as a reward of kind {@code ocr}: 1 for exactly the text that stands in
 * quotation marks in the prompt, less for each letter that is wrong, missing or too many. The option {@code reader} names the
 * folder that {@code stipple data build ocr} made, {@code build/ocr} if left out.
 *
 * <p><b>How it is gamed:</b> by pictures of nothing but letters, in one font, black on white, whatever the prompt says about
 * colour and motif; and by strokes that the reader takes for letters and people do not. Case, spaces and accents do not count.
 * Watch {@code agreement}, {@code colourfulness}, and the second reader of {@code stipple eval text}.
 */
public final class OcrRewardProvider implements RewardProvider {
    private static final String KIND = "ocr";
    private static final Pattern QUOTED = Pattern.compile("[\"“「]([^\"“”「」]+)[\"”」]");

    /** For the service loader. */
    public OcrRewardProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Reward open(Map<String, String> options) {
        return reading(PpOcr.load(Path.of(new Options(KIND, options, Set.of("reader")).text("reader", "build/ocr"))));
    }

    /** The reward by a reader, which it closes. */
    static Reward reading(TextReader reader) {
        return new Words(new OcrScorer(reader));
    }

    private record Words(OcrScorer scorer) implements Reward {
        @Override
        public double[] scores(List<Judged> pictures) {
            return pictures.stream()
                    .mapToDouble(judged -> scorer.score(Pictures.of(judged.picture()), wanted(judged.asked())))
                    .toArray();
        }

        private static String wanted(String prompt) {
            String words = QUOTED.matcher(prompt)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .collect(Collectors.joining(" "));
            if (words.isBlank()) {
                throw new UserException(
                        "The reward '" + KIND + "' reads words that stand in quotation marks in the prompt,"
                                + " such as: the word \"moon\" in red; got '" + prompt + "'");
            }
            return words;
        }

        @Override
        public void close() {
            scorer.reader().close();
        }
    }
}
