package stipple.model.pacore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Brings the conclusions of a round into an order that does not depend on who finished first. */
public final class Conclusions {
    private static final long SHUFFLE_SEED = 42;

    private Conclusions() {}

    /** By length and then shuffled with a fixed seed; empty ones are left out. */
    public static List<String> ordered(List<String> conclusions) {
        List<String> ordered = new ArrayList<>(conclusions.stream()
                .filter(text -> !text.isEmpty())
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .toList());
        Collections.shuffle(ordered, new Random(SHUFFLE_SEED));
        return ordered;
    }
}
