package stipple.data.defaults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import stipple.data.build.Credit;
import stipple.data.build.SetDescription;
import stipple.data.build.SetSummary;
import stipple.data.build.TrainingLicences;

/** {@code CARD.md} over all default sets: what there is, from where, and under which licences. */
final class DefaultCard {
    private DefaultCard() {}

    static void write(Path output, List<SetSummary> sets) {
        StringBuilder card =
                new StringBuilder("""
                # Data card of the default sets

                Everything that the default model may be trained on, as the sets' indexes tell. Each folder has a card of \
                its own, with what was left out, and the texts of the licences.

                **Rule**: a source is in if its licence asks for no more than notices, which the model's card carries \
                (%s). Sources that ask for credit on pictures (CC-BY), sharing alike (CC-BY-SA) or copyleft (GPL) can be \
                built as sets of their own and are not in.

                """.formatted(String.join(", ", new TreeSet<>(TrainingLicences.ALLOWED))));
        card.append("| set | category | trained on | held out | captions |\n|---|---|---|---|---|\n");
        int train = 0;
        int heldOut = 0;
        for (SetSummary set : sets) {
            int own = set.families().getOrDefault(SetDescription.TRAIN, 0);
            train += own;
            heldOut += set.samples() - own;
            row(card, set.name(), set.category(), own, heldOut(set), counts(set.captions()));
        }
        row(card, "**all**", "", train, heldOut, "");
        Map<String, Integer> byLicence = new TreeMap<>();
        Map<String, Credit> credits = new LinkedHashMap<>();
        Map<String, Integer> samples = new TreeMap<>();
        Map<String, TreeSet<String>> users = new TreeMap<>();
        for (SetSummary set : sets) {
            for (Credit credit : set.sources()) {
                credits.putIfAbsent(credit.source(), credit);
                int n = set.bySource().getOrDefault(credit.source(), 0);
                byLicence.merge(credit.licence(), n, Integer::sum);
                samples.merge(credit.source(), n, Integer::sum);
                users.computeIfAbsent(credit.source(), x -> new TreeSet<>()).add(set.name());
            }
        }
        card.append("\n## Samples by licence\n\n| licence | samples |\n|---|---|\n");
        byLicence.forEach((licence, n) -> row(card, licence, n == 0 ? "names and words only" : n));
        card.append(
                "\n## Samples by source\n\n| source | licence | authors | sets | samples |\n|---|---|---|---|---|\n");
        credits.forEach((source, credit) -> row(
                card,
                source,
                credit.licence(),
                credit.authors(),
                String.join(", ", users.get(source)),
                samples.get(source) == 0 ? "names and words only" : samples.get(source)));
        card.append(
                "\nA sample that shows two pictures of one source, such as an edit, counts once; one of two sources counts"
                        + " for the first.\n");
        try {
            Files.writeString(output.resolve("CARD.md"), card.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + output, e);
        }
    }

    private static String heldOut(SetSummary set) {
        Map<String, Integer> others = new TreeMap<>(set.families());
        others.remove(SetDescription.TRAIN);
        return counts(others);
    }

    private static String counts(Map<String, Integer> counts) {
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .toList());
    }

    private static void row(StringBuilder card, Object... cells) {
        card.append('|');
        for (Object cell : cells) {
            card.append(' ').append(cell).append(" |");
        }
        card.append('\n');
    }
}
