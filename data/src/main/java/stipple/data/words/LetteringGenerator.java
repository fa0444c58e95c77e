package stipple.data.words;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.composition.Renderer;
import stipple.data.palette.NamedColour;
import stipple.data.words.Lettering.Kind;

/** Makes up what to draw. A text is a function of the generator's word list, the family and the random numbers handed in. */
final class LetteringGenerator {
    /** Below these, letters are hard to see on light and on coloured ground (ratio of luminances). */
    private static final double LEAST_CONTRAST_ON_LIGHT = 2.0;

    private static final double LEAST_CONTRAST_ON_COLOUR = 2.8;
    /** Of 100 words, how many have 2, 3, … letters; long ones are small in the picture. */
    private static final int[] LENGTHS = {5, 19, 22, 20, 15, 11, 8};

    private static final int SHORTEST = 2;
    private static final int LONGEST_PAIR = 12;
    private static final int LONGEST_LINE = 9;

    private static final List<NamedColour> LETTERS =
            Stream.concat(Stream.of(Colour.values()), Stream.of(Ground.WHITE)).collect(Collectors.toList());

    private final Map<Boolean, TreeMap<Integer, List<String>>> words;
    private final Map<Boolean, List<Typeface>> faces =
            Typeface.ALL.stream().collect(Collectors.partitioningBy(Typeface::heldOut));

    /** A generator over words in small letters; which of them are for the test follows from {@link WordSplit}. */
    LetteringGenerator(List<String> all) {
        words = all.stream()
                .collect(Collectors.partitioningBy(
                        WordSplit::isTest, Collectors.groupingBy(String::length, TreeMap::new, Collectors.toList())));
        words.forEach((test, byLength) -> {
            for (int length = SHORTEST; length < SHORTEST + LENGTHS.length; length++) {
                if (!byLength.containsKey(length)) {
                    throw new DataException(
                            "the word list has no " + (test ? "test" : "training") + " word of " + length + " letters");
                }
            }
        });
    }

    /** A text for training. */
    Lettering train(RandomGenerator random) {
        return make(random, false, false);
    }

    /** A word or number that training never draws, in a font that it knows. */
    Lettering unseenWord(RandomGenerator random) {
        return make(random, true, false);
    }

    /** A text of known words in a font that training never sees. */
    Lettering unseenFont(RandomGenerator random) {
        return make(random, false, true);
    }

    private Lettering make(RandomGenerator random, boolean testWords, boolean testFonts) {
        List<Typeface> choice = faces.get(testFonts);
        // By style first, so that no style is rarer for having fewer fonts.
        LetterStyle style = pick(LetterStyle.values(), random);
        List<Typeface> ofStyle = choice.stream().filter(f -> f.style() == style).toList();
        Typeface face = ofStyle.get(random.nextInt(ofStyle.size()));
        Kind kind = kind(random, testWords);
        List<String> lines = lines(kind, testWords, face.capitals(), random);
        int longest = lines.stream().mapToInt(String::length).max().orElseThrow();
        NamedColour ground = ground(random);
        double contrast = ground instanceof Ground ? LEAST_CONTRAST_ON_LIGHT : LEAST_CONTRAST_ON_COLOUR;
        List<NamedColour> visible = LETTERS.stream()
                .filter(colour -> colour.contrast(ground) >= contrast)
                .toList();
        NamedColour colour = visible.get(random.nextInt(visible.size()));
        double least = longest > 5 ? 0.85 : 0.6;
        boolean turned = random.nextInt(10) < 3;
        double degrees = turned ? (3 + random.nextInt(10)) * (random.nextBoolean() ? 1 : -1) : 0;
        return new Lettering(
                kind,
                lines,
                face,
                colour,
                varied(colour, random),
                ground,
                least + (1 - least) * random.nextDouble(),
                place(random),
                place(random),
                degrees);
    }

    private static Kind kind(RandomGenerator random, boolean testWords) {
        int r = random.nextInt(100);
        if (r < 66) {
            return Kind.WORD;
        }
        if (r < 82) {
            return Kind.TWO_WORDS;
        }
        return r < 93 || testWords ? Kind.NUMBER : Kind.LETTER;
    }

    private List<String> lines(Kind kind, boolean test, boolean capitals, RandomGenerator random) {
        return switch (kind) {
            case WORD -> List.of(cased(word(test, random), capitals, random));
            case LETTER -> {
                String letter = Character.toString('a' + random.nextInt(26));
                yield List.of(capitals || random.nextBoolean() ? letter.toUpperCase(Locale.ROOT) : letter);
            }
            case NUMBER -> List.of(number(test, random));
            case TWO_WORDS -> {
                String first = word(test, random);
                String second = word(test, random);
                while (second.equals(first) || first.length() + second.length() > LONGEST_PAIR) {
                    first = word(test, random);
                    second = word(test, random);
                }
                String both = cased(first + " " + second, capitals, random);
                yield both.length() <= LONGEST_LINE && random.nextBoolean() ? List.of(both) : List.of(both.split(" "));
            }
        };
    }

    private String word(boolean test, RandomGenerator random) {
        int r = random.nextInt(100);
        int length = SHORTEST;
        for (int share : LENGTHS) {
            r -= share;
            if (r < 0) {
                break;
            }
            length++;
        }
        List<String> ofLength = words.get(test).get(length);
        return ofLength.get(random.nextInt(ofLength.size()));
    }

    private static String number(boolean test, RandomGenerator random) {
        while (true) {
            int digits = 1 + random.nextInt(4);
            String number = Integer.toString(random.nextInt((int) Math.pow(10, digits)));
            if (WordSplit.isTest(number) == test) {
                return number;
            }
        }
    }

    private static String cased(String text, boolean capitals, RandomGenerator random) {
        int r = random.nextInt(100);
        if (capitals || r < 25) {
            return text.toUpperCase(Locale.ROOT);
        }
        return r < 55 ? text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) : text;
    }

    private static NamedColour ground(RandomGenerator random) {
        int r = random.nextInt(100);
        if (r < 40) {
            return Ground.WHITE;
        }
        return r < 70 ? pick(Ground.values(), random) : pick(Colour.values(), random);
    }

    private static int varied(NamedColour colour, RandomGenerator random) {
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int level = (colour.rgb() >> shift & 0xff) + random.nextInt(2 * Renderer.JITTER + 1) - Renderer.JITTER;
            rgb |= Math.clamp(level, 0, 255) << shift;
        }
        return rgb;
    }

    /** In the middle every other time. */
    private static double place(RandomGenerator random) {
        return random.nextBoolean() ? 0.5 : random.nextDouble();
    }

    private static <E> E pick(E[] values, RandomGenerator random) {
        return values[random.nextInt(values.length)];
    }
}
