package stipple.data.inspect;

import java.util.List;
import java.util.Optional;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;

/** Pictures in equal cells, twelve a row. */
final class InspectionSheet {
    private static final int CELL = 96;
    private static final int COLUMNS = 12;

    private InspectionSheet() {}

    /** One picture in the size of a cell, on white. */
    static Pixels cell(Pixels picture) {
        return Resampler.fitOnWhite(picture, CELL, Resampler.Filter.BOX);
    }

    static Optional<Pixels> of(List<Pixels> cells) {
        if (cells.isEmpty()) {
            return Optional.empty();
        }
        int columns = Math.min(COLUMNS, cells.size());
        int rows = (cells.size() + columns - 1) / columns;
        Pixels sheet = Pixels.filled(columns * CELL, rows * CELL, 255);
        for (int i = 0; i < cells.size(); i++) {
            sheet.paste(cells.get(i), i % columns * CELL, i / columns * CELL);
        }
        return Optional.of(sheet);
    }
}
