package stipple.train.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stipple.model.chart.Axis;
import stipple.model.files.AtomicFile;
import stipple.model.files.HtmlText;
import stipple.torch.UserException;

/** Writes one HTML page about a run that holds all it shows. */
public final class RunReport {
    private static final int MOST_GRIDS = 12;

    /** Figures of the log that are not parts of the loss, with their captions in the order of the page. */
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1d2330; --soft: #6b7385; --line: #d9dde5; --card: #ffffff;
              --page: #f4f5f8; --curve: #2b62d9; --raw: #2b62d944; --other: #d9722b; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --soft: #98a1b3; --line: #333a48;
              --card: #1c212b; --page: #12161d; --curve: #7aa5ff; --raw: #7aa5ff44;
              --other: #ffab70; } }
            body { margin: 0 auto; max-width: 1480px; padding: 1.5rem; background: var(--page); color: var(--ink);
              font: 15px/1.5 system-ui, sans-serif; }
            h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
            p.facts { color: var(--soft); margin: 0; }
            .charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); }
            figure { margin: 0; padding: .8rem; background: var(--card); border: 1px solid var(--line);
              border-radius: 8px; }
            figcaption { font-size: .9rem; display: flex; justify-content: space-between; gap: 1rem; }
            figcaption b { font-variant-numeric: tabular-nums; }
            svg { width: 100%; height: auto; display: block; } svg text { font-size: 11px; fill: var(--soft); }
            .grid { stroke: var(--line); } polyline { fill: none; stroke-linejoin: round; }
            .curve { stroke: var(--curve); stroke-width: 1.8; } .raw { stroke: var(--raw); stroke-width: 1; }
            .beside { stroke: var(--other); color: var(--other); stroke-width: 1.8; }
            circle { fill: var(--curve); }
            .pictures { display: grid; gap: 1rem; } .pictures img { max-width: 100%; image-rendering: pixelated;
              min-width: min(100%, 560px); }
            pre { overflow: auto; padding: .8rem; background: var(--card); border: 1px solid var(--line);
              border-radius: 8px; font-size: 13px; }
            """;

    private final StringBuilder page = new StringBuilder();
    private final RunRecord run;
    private final RunRecord other;

    private RunReport(RunRecord run, RunRecord other) {
        this.run = run;
        this.other = other;
    }

    /**
     * Writes the page.
     *
     * @param folder output folder of a recipe
     * @param target the page
     * @throws UserException if there is no run or the page cannot be written
     */
    public static void write(Path folder, Path target) {
        write(folder, null, target);
    }

    /**
     * The same with the curves of another run beside its own.
     *
     * @param beside output folder of the other run, or null
     */
    public static void write(Path folder, Path beside, Path target) {
        RunRecord other = beside == null ? null : RunRecord.read(beside);
        String page = new RunReport(RunRecord.read(folder), other).render();
        AtomicFile.write(target, page.getBytes(StandardCharsets.UTF_8));
    }

    private String render() {
        String title = HtmlText.of(run.name());
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><title>")
                .append(title)
                .append("</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>")
                .append(title)
                .append("</h1>\n<p class=\"facts\">")
                .append(facts())
                .append("</p>\n");
        if (other != null) {
            page.append("<p class=\"facts\"><span class=\"beside\">—</span> beside: ")
                    .append(HtmlText.of(other.name()))
                    .append(" (step ")
                    .append(other.lastStep())
                    .append(")</p>\n");
        }
        Set<String> names = new LinkedHashSet<>(run.series().keySet());
        if (other != null) {
            names.addAll(other.series().keySet());
        }
        Curves.groups(names).forEach(this::charts);
        pictures();
        if (!run.recipe().isEmpty()) {
            page.append("<h2>Recipe</h2>\n<pre>")
                    .append(HtmlText.of(run.recipe()))
                    .append("</pre>\n");
        }
        return page.append("</body></html>\n").toString();
    }

    private String facts() {
        String facts = "step " + run.lastStep();
        Series loss = run.series().get("loss");
        return loss == null ? facts : facts + " · loss " + Axis.text(loss.last());
    }

    private void charts(Curves.Group group) {
        StringBuilder figures = new StringBuilder();
        for (String name : group.names()) {
            Series own = run.series().get(name);
            Series beside = other == null ? null : other.series().get(name);
            List<Series> drawn = Stream.of(Optional.ofNullable(own), Optional.ofNullable(beside))
                    .flatMap(Optional::stream)
                    .filter(series -> !series.isEmpty())
                    .toList();
            if (!drawn.isEmpty()) {
                figures.append("<figure><figcaption><span>")
                        .append(HtmlText.of(Curves.caption(name)))
                        .append("</span><b>")
                        .append(drawn.stream()
                                .map(series -> Axis.text(series.last()))
                                .collect(Collectors.joining(" · ")))
                        .append("</b></figcaption>")
                        .append(
                                own == null
                                        ? SvgChart.ofOther(beside, group.noisy())
                                        : SvgChart.of(own, beside, group.noisy()))
                        .append("</figure>\n");
            }
        }
        if (!figures.isEmpty()) {
            page.append("<h2>")
                    .append(group.heading())
                    .append("</h2>\n<div class=\"charts\">\n")
                    .append(figures)
                    .append("</div>\n");
        }
    }

    private void pictures() {
        int all = run.grids().size();
        if (all == 0) {
            return;
        }
        int shown = Math.min(all, MOST_GRIDS);
        page.append("<h2>Samples over time</h2>\n");
        if (shown < all) {
            page.append("<p class=\"facts\">").append(shown + " of " + all + " grids, evenly spaced</p>\n");
        }
        page.append("<div class=\"pictures\">\n");
        for (int i = 0; i < shown; i++) {
            picture(run.grids().get(shown == 1 ? all - 1 : (int) ((long) i * (all - 1) / (shown - 1))));
        }
        page.append("</div>\n");
    }

    private void picture(Path grid) {
        String name = grid.getFileName().toString();
        long step = Long.parseLong(name.substring(0, name.indexOf('.')));
        try {
            page.append("<figure><figcaption>step " + step + "</figcaption><img alt=\"samples at step " + step
                            + "\" src=\"data:image/png;base64,")
                    .append(Base64.getEncoder().encodeToString(Files.readAllBytes(grid)))
                    .append("\"/></figure>\n");
        } catch (IOException e) {
            throw new UserException("Cannot read " + grid + ": " + AtomicFile.reason(e), e);
        }
    }
}
