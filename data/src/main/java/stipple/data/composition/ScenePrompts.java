package stipple.data.composition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stipple.data.StableHash;

/**
 * The fixed prompts of every class, by rule: all combinations of the class in the order of a hash. A test prompt's own
 * combination is one that training never sees, while its parts are known: {@code a red star and a blue circle} is asked
 * only if training has red stars, blue circles, and stars together with circles.
 */
public final class ScenePrompts {
    /** Test prompts a class at most. */
    public static final int MOST = 60;

    /** Training prompts a class at most. */
    public static final int MOST_SEEN = 1000;

    /** The largest number of equal objects. */
    public static final int MOST_EQUAL = 5;

    private ScenePrompts() {}

    /** The test prompts of a class: at most {@value #MOST}, always the same in the same order. */
    public static List<ScenePrompt> test(SceneClass type) {
        return ordered(type, true).limit(MOST).toList();
    }

    /** As many prompts of combinations that training does see, to measure what was learnt apart from what carries over. */
    public static List<ScenePrompt> seen(SceneClass type) {
        return ordered(type, false).limit(MOST).toList();
    }

    /**
     * Prompts to train on: those of {@link #seen(SceneClass)} and of all further combinations, then the same again in other
     * wordings; grounds and numbers, of which there are few, with colours too. Texts differ, ids do not.
     *
     * @param most how many, at most {@value #MOST_SEEN}; a class may have fewer
     */
    public static List<ScenePrompt> seen(SceneClass type, int most) {
        List<List<ScenePrompt>> variants = ordered(type, false)
                .limit(MOST_SEEN)
                .map(ScenePrompts::variants)
                .toList();
        int rounds = variants.stream().mapToInt(List::size).max().orElse(0);
        return IntStream.range(0, rounds)
                .boxed()
                .flatMap(
                        round -> variants.stream().filter(v -> round < v.size()).map(v -> v.get(round)))
                .limit(Math.min(most, MOST_SEEN))
                .toList();
    }

    /** The plain prompt, then its other wordings in an order that depends on nothing but their text. */
    private static List<ScenePrompt> variants(ScenePrompt plain) {
        Stream<ScenePrompt> alike = Stream.of(plain);
        if (plain.type() == SceneClass.COUNTING || plain.type() == SceneClass.ONE_OBJECT) {
            alike = Stream.concat(alike, coloured(plain));
        }
        List<ScenePrompt> others = alike.flatMap(
                        p -> SceneWords.wordings(p.wanted(), p.relation().orElse(null), p.ground()).stream()
                                .map(p::worded))
                .filter(p -> !p.equals(plain))
                .sorted(Comparator.comparingLong(p -> StableHash.of("wording", p.text())))
                .toList();
        return Stream.concat(Stream.of(plain), others.stream()).toList();
    }

    /** A prompt for objects of one shape in every colour in which training shows them. */
    private static Stream<ScenePrompt> coloured(ScenePrompt plain) {
        Wanted one = plain.wanted().getFirst();
        return Stream.of(Colour.values())
                .map(colour -> prompt(
                        plain.type(),
                        plain.ground(),
                        List.of(new Wanted(one.shape(), Optional.of(colour), one.count())),
                        null,
                        plain.combination()))
                .filter(ScenePrompts::partsAreKnown);
    }

    private static Stream<ScenePrompt> ordered(SceneClass type, boolean test) {
        return all(type).stream()
                .filter(p -> p.combination().isTest() == test && partsAreKnown(p))
                .sorted(Comparator.comparingLong(p -> p.combination().order()));
    }

    private static boolean partsAreKnown(ScenePrompt prompt) {
        List<Wanted> wanted = prompt.wanted();
        boolean colours = wanted.stream()
                .filter(w -> w.colour().isPresent() && prompt.type() != SceneClass.COLOURS)
                .noneMatch(w -> Combination.colours(w.shape(), w.colour().get()).isTest());
        boolean together = wanted.size() < 2
                || prompt.type() == SceneClass.TWO_OBJECTS
                || !Combination.twoObjects(wanted.get(0).shape(), wanted.get(1).shape())
                        .isTest();
        return colours && together;
    }

    /** Every prompt of a class in a fixed order. */
    private static List<ScenePrompt> all(SceneClass type) {
        List<ScenePrompt> all = new ArrayList<>();
        for (Shape a : Shape.values()) {
            switch (type) {
                case ONE_OBJECT -> {
                    for (Ground ground : Ground.values()) {
                        all.add(prompt(type, ground, List.of(Wanted.one(a)), null, Combination.oneObject(a, ground)));
                    }
                }
                case COLOURS -> {
                    for (Colour colour : Colour.values()) {
                        all.add(onWhite(type, Combination.colours(a, colour), null, Wanted.one(colour, a)));
                    }
                }
                case COUNTING -> {
                    for (int n = 2; n <= MOST_EQUAL; n++) {
                        Wanted several = new Wanted(a, Optional.empty(), n);
                        all.add(onWhite(type, Combination.counting(a, n), null, several));
                    }
                }
                case TWO_OBJECTS, POSITIONS, BINDING ->
                    Stream.of(Shape.values()).filter(b -> a.compareTo(b) < 0).forEach(b -> pairs(type, a, b, all));
            }
        }
        return all;
    }

    private static void pairs(SceneClass type, Shape a, Shape b, List<ScenePrompt> all) {
        switch (type) {
            case POSITIONS -> {
                for (Relation relation : Relation.values()) {
                    Combination combination = Combination.positions(a, relation, b);
                    all.add(onWhite(type, combination, relation, Wanted.one(a), Wanted.one(b)));
                }
            }
            case BINDING -> {
                for (Colour ofA : Colour.values()) {
                    for (Colour ofB : Colour.values()) {
                        if (ofA != ofB) {
                            Combination combination = Combination.binding(a, ofA, b, ofB);
                            all.add(onWhite(type, combination, null, Wanted.one(ofA, a), Wanted.one(ofB, b)));
                        }
                    }
                }
            }
            default -> all.add(onWhite(type, Combination.twoObjects(a, b), null, Wanted.one(a), Wanted.one(b)));
        }
    }

    private static ScenePrompt onWhite(SceneClass type, Combination combination, Relation relation, Wanted... wanted) {
        return prompt(type, Ground.WHITE, List.of(wanted), relation, combination);
    }

    private static ScenePrompt prompt(
            SceneClass type, Ground ground, List<Wanted> wanted, Relation relation, Combination combination) {
        String text = SceneWords.prompt(wanted, relation, ground);
        return new ScenePrompt(type, text, ground, wanted, Optional.ofNullable(relation), combination);
    }
}
