package stipple.data.build;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.SkipLog;

/** {@code CARD.md}: what is in a set, from where, under which licence, and what was left out. */
final class SetCard {
    private SetCard() {}

    static void write(SetDescription set, SetReport report, Collection<CreditFiles> credits) throws IOException {
        StringBuilder card = new StringBuilder();
        card.append("# Data card: ").append(set.name()).append("\n\n");
        card.append(set.about()).append("\n\n");
        card.append("Read in a mixture as `category: ")
                .append(set.category())
                .append("`. The family `")
                .append(set.families().getFirst())
                .append("` is for training; other families are held out.\n\n");
        card.append("| parameter | value |\n|---|---|\n");
        new TreeMap<>(set.parameters()).forEach((key, value) -> row(card, key, value));
        row(card, "samples", Integer.toString(report.samples()));
        row(card, "shards", Integer.toString(report.shards().size()));
        Map<String, Integer> bySource = report.by("source");
        captions(card, report, bySource);
        card.append(
                "\n## Samples by source and licence\n\n| source | licence | authors | samples |\n|---|---|---|---|\n");
        for (CreditFiles one : credits) {
            Credit credit = one.credit();
            row(
                    card,
                    credit.source(),
                    credit.licence(),
                    credit.authors(),
                    bySource.containsKey(credit.source())
                            ? bySource.get(credit.source()).toString()
                            : "names and words only");
        }
        report.counts().forEach((axis, values) -> {
            if (!axis.equals("source")) {
                table(card, "Samples by " + axis, axis, values);
            }
        });
        card.append("\n## Left out\n\n");
        if (report.leftOut().entries().isEmpty()) {
            card.append("Nothing.\n");
        } else {
            card.append("| samples | reason | for example |\n|---|---|---|\n");
            for (SkipLog.Entry entry : report.leftOut().entries()) {
                row(
                        card,
                        Integer.toString(entry.count()),
                        entry.reason(),
                        entry.examples().getFirst());
            }
        }
        Files.writeString(set.folder().resolve("CARD.md"), card.toString());
    }

    /** How many samples have captions of a kind, and of which sources those are that lack them. */
    private static void captions(StringBuilder card, SetReport report, Map<String, Integer> bySource) {
        card.append("\n## Captions\n\n| key | captions | samples with it | samples without it |\n|---|---|---|---|\n");
        Map<String, Map<String, Integer>> lacking = new TreeMap<>();
        report.captions().forEach((key, count) -> {
            Map<String, Integer> with = report.captioned().get(key);
            Map<String, Integer> without = new TreeMap<>(bySource);
            with.forEach((source, n) -> without.merge(source, -n, Integer::sum));
            without.values().removeIf(n -> n == 0);
            int samples = with.values().stream().mapToInt(n -> n).sum();
            row(card, key, count.toString(), Integer.toString(samples), Integer.toString(report.samples() - samples));
            if (!without.isEmpty()) {
                lacking.put(key, without);
            }
        });
        lacking.forEach((key, without) -> {
            card.append("\nSamples without `").append(key).append("`, which their source does not allow to write:\n\n");
            card.append("| source | without | of |\n|---|---|---|\n");
            without.forEach((source, n) ->
                    row(card, source, n.toString(), bySource.get(source).toString()));
        });
    }

    private static void table(StringBuilder card, String title, String axis, Map<String, Integer> counts) {
        card.append("\n## ").append(title).append("\n\n| ").append(axis).append(" | count |\n|---|---|\n");
        counts.forEach((value, count) -> row(card, value, count.toString()));
    }

    private static void row(StringBuilder card, String... cells) {
        card.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
