package stipple.data.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;

/** The first samples of a set in equal cells; the pictures of one sample stand side by side. */
final class SheetBuilder {
    private static final int CELL = 96;
    private static final int WIDTH_IN_CELLS = 12;
    private static final int MOST = 96;

    private final List<List<Pixels>> samples = new ArrayList<>();
    private int cells;

    void add(List<Pixels> pictures) {
        if (!pictures.isEmpty() && cells + pictures.size() <= MOST) {
            samples.add(pictures.stream()
                    .map(p -> Resampler.fitOnWhite(p, CELL, Resampler.Filter.BOX))
                    .toList());
            cells += pictures.size();
        }
    }

    Optional<Pixels> sheet() {
        if (samples.isEmpty()) {
            return Optional.empty();
        }
        int widest = samples.stream().mapToInt(List::size).max().orElseThrow();
        int perRow = Math.max(1, WIDTH_IN_CELLS / widest);
        int rows = (samples.size() + perRow - 1) / perRow;
        Pixels sheet = Pixels.filled(perRow * widest * CELL, rows * CELL, 255);
        for (int i = 0; i < samples.size(); i++) {
            for (int k = 0; k < samples.get(i).size(); k++) {
                sheet.paste(samples.get(i).get(k), (i % perRow * widest + k) * CELL, i / perRow * CELL);
            }
        }
        return Optional.of(sheet);
    }
}
