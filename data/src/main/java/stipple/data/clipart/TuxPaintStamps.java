package stipple.data.clipart;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stipple.data.build.SetWriter;

/**
 * Tux Paint's stamps: {@code NAME.png} or {@code NAME.svg} with {@code NAME.txt}, whose first line is an English sentence and
 * whose other lines are {@code LOCALE.utf8=…}.
 */
final class TuxPaintStamps {
    private static final String ROOT = "usr/share/tuxpaint/stamps/";
    private static final String CHINESE = "zh_cn.utf8=";

    private TuxPaintStamps() {}

    /** True for the files that {@link #read} wants. */
    static boolean isWanted(String path) {
        return path.startsWith(ROOT)
                && !path.startsWith(ROOT + "symbols/")
                && (path.endsWith(".png") || path.endsWith(".svg") || path.endsWith(".txt"));
    }

    /** The stamps in the order of their paths; those without a sentence are counted by {@code writer}. */
    static List<ClipArt> read(Map<String, byte[]> files, SetWriter writer) {
        List<ClipArt> all = new ArrayList<>();
        files.forEach((file, bytes) -> {
            if (!isWanted(file) || file.endsWith(".txt")) {
                return;
            }
            String stem = file.substring(0, file.lastIndexOf('.'));
            String path = stem.substring(ROOT.length());
            boolean derived = path.endsWith("_mirror") || path.endsWith("_flip") || path.endsWith("_mirror_flip");
            if (derived || (file.endsWith(".png") && files.containsKey(stem + ".svg"))) {
                return; // made from another file of the same stamp
            }
            byte[] text = files.get(stem + ".txt");
            List<String> lines = text == null
                    ? List.of()
                    : new String(text, StandardCharsets.UTF_8).lines().toList();
            String title = lines.isEmpty()
                    ? ""
                    : lines.getFirst().strip().replaceFirst("[.!]$", "").toLowerCase(Locale.ROOT);
            if (title.isEmpty()) {
                writer.leaveOut("no sentence", path);
            } else {
                all.add(new ClipArt(path, file, title, chinese(lines), List.of()));
            }
        });
        return all;
    }

    private static String chinese(List<String> lines) {
        return lines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(CHINESE))
                .map(line -> line.substring(CHINESE.length()).strip().replaceFirst("[。.]$", ""))
                .findFirst()
                .orElse("");
    }
}
