package stipple.train.files;

import java.nio.file.Path;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.model.files.AtomicFile;
import stipple.torch.Tensor;

/** Lays pictures out in a grid. */
public final class PictureGrid {
    private static final int GAP = 2;

    private PictureGrid() {}

    /**
     * Writes a PNG.
     *
     * @param pictures {@code [n, 3, h, w]} in [-1, 1]
     * @param columns pictures per row
     */
    public static void write(Tensor pictures, int columns, Path file) {
        int n = (int) pictures.size(0);
        int h = (int) pictures.size(2);
        int w = (int) pictures.size(3);
        byte[] rgb = pictures.clamp(-1, 1)
                .add(1)
                .mul(127.5)
                .round()
                .permute(0, 2, 3, 1)
                .contiguous()
                .toBytes();
        int rows = Math.ceilDiv(n, columns);
        Pixels sheet = Pixels.filled(columns * (w + GAP) + GAP, rows * (h + GAP) + GAP, 200);
        for (int i = 0; i < n; i++) {
            byte[] one = java.util.Arrays.copyOfRange(rgb, i * h * w * 3, (i + 1) * h * w * 3);
            sheet.paste(new Pixels(w, h, one), GAP + (i % columns) * (w + GAP), GAP + (i / columns) * (h + GAP));
        }
        AtomicFile.write(file, PngEncoder.encode(sheet));
    }
}
