package stipple.data.emoji;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.pixels.Resampler;

/**
 * One picture that shows what was built: rows of base emoji, each drawn in all styles side by side, four emoji a row. No
 * text is drawn, so it works without fonts.
 */
final class ContactSheet {
    private static final int CELL = 64;
    private static final int EMOJI_PER_ROW = 4;
    private static final int ROWS = 15;
    private static final List<EmojiStyle> ALL = List.of(EmojiStyle.values());
    private static final int STYLES = ALL.size();

    /** Sample key to cell index: emoji number times styles plus style. */
    private final Map<String, Integer> cells = new HashMap<>();

    private final int emojiCount;
    private final Pixels sheet;

    /** Chooses the emoji: those with most styles first, then by hash. */
    ContactSheet(List<PlannedSample> plan) {
        Map<String, List<PlannedSample>> byEmoji = new TreeMap<>();
        for (PlannedSample sample : plan) {
            if (sample.entry().skinTone().isEmpty()) {
                byEmoji.computeIfAbsent(sample.entry().codepoints(), c -> new ArrayList<>())
                        .add(sample);
            }
        }
        List<List<PlannedSample>> chosen = byEmoji.values().stream()
                .sorted(Comparator.comparingInt((List<PlannedSample> s) -> -s.size())
                        .thenComparingLong(
                                s -> SplitRule.hash("sheet|" + s.get(0).entry().codepoints())))
                .limit(EMOJI_PER_ROW * ROWS)
                .toList();
        emojiCount = chosen.size();
        for (int i = 0; i < emojiCount; i++) {
            for (PlannedSample sample : chosen.get(i)) {
                cells.put(sample.key(), i * STYLES + ALL.indexOf(sample.style()));
            }
        }
        int rows = Math.max(1, (emojiCount + EMOJI_PER_ROW - 1) / EMOJI_PER_ROW);
        sheet = Pixels.filled(CELL * STYLES * EMOJI_PER_ROW, CELL * rows, 255);
    }

    void add(PlannedSample sample, Pixels pixels) {
        Integer cell = cells.get(sample.key());
        if (cell != null) {
            int emoji = cell / STYLES;
            int x = (emoji % EMOJI_PER_ROW * STYLES + cell % STYLES) * CELL;
            int y = emoji / EMOJI_PER_ROW * CELL;
            sheet.paste(Resampler.fitOnWhite(pixels, CELL, Resampler.Filter.BOX), x, y);
        }
    }

    void write(Path folder) throws IOException {
        Files.write(folder.resolve("contact-sheet.png"), PngEncoder.encode(sheet));
    }
}
