package stipple.eval.composition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stipple.data.composition.Relation;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.Wanted;

/**
 * What each object of a picture is worth to its prompt, in the order in which a picture is drawn: the first objects that fit take
 * what is asked for, and what comes after is too much.
 *
 * @param objects with their scores, 0 to 1
 * @param rest what everything between them is worth: 1 on the right ground with nothing missing
 */
public record ObjectScores(List<Scored> objects, double rest) {
    /** An object of the right shape and the wrong colour, or one that lies on the wrong side of the other. */
    private static final double HALF = 0.5;

    /**
     * An object.
     *
     * @param object as it was found
     * @param score 1 if it is asked for as it is, 0 if it is not asked for
     */
    public record Scored(Detection object, double score) {}

    /** Copies the list. */
    public ObjectScores {
        objects = List.copyOf(objects);
    }

    /** Scores what was found. */
    public static ObjectScores of(ScenePrompt prompt, Detected found) {
        Map<Wanted, Integer> open = new HashMap<>();
        prompt.wanted().forEach(wanted -> open.put(wanted, wanted.count()));
        List<Scored> scored = new ArrayList<>();
        Map<Wanted, Detection> placed = new HashMap<>();
        for (Detection object : inDrawingOrder(found)) {
            Optional<Wanted> fitting = prompt.wanted().stream()
                    .filter(wanted -> open.get(wanted) > 0)
                    .filter(wanted -> object.shape().equals(Optional.of(wanted.shape())))
                    .findFirst();
            if (fitting.isEmpty()) {
                scored.add(new Scored(object, 0));
                continue;
            }
            Wanted wanted = fitting.get();
            open.merge(wanted, -1, Integer::sum);
            placed.put(wanted, object);
            boolean colour = wanted.colour().isEmpty() || wanted.colour().equals(object.colour());
            boolean place =
                    prompt.relation().isEmpty() || lies(prompt.relation().get(), prompt.wanted(), placed);
            scored.add(new Scored(object, colour && place ? 1 : HALF));
        }
        int demanded = prompt.wanted().stream().mapToInt(Wanted::count).sum();
        int missing = open.values().stream().mapToInt(Integer::intValue).sum();
        boolean ground = found.ground().filter(g -> g == prompt.ground()).isPresent();
        return new ObjectScores(scored, (ground ? 1 : HALF) * (demanded - missing) / demanded);
    }

    private static List<Detection> inDrawingOrder(Detected found) {
        return found.objects().stream()
                .sorted(Comparator.comparingDouble((Detection object) -> object.y() - object.size() / 2)
                        .thenComparingDouble(Detection::x))
                .toList();
    }

    /** True while only one of both is there. */
    private static boolean lies(Relation relation, List<Wanted> wanted, Map<Wanted, Detection> placed) {
        Detection first = placed.get(wanted.get(0));
        Detection second = placed.get(wanted.get(1));
        return first == null
                || second == null
                || relation == Relation.between(first.x() - second.x(), first.y() - second.y());
    }
}
