package stipple.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;

/** Small files for tests of readers. */
public final class PictureFixtures {
    private PictureFixtures() {}

    /** A grey PNG. */
    public static byte[] png(int width, int height, int grey) {
        return PngEncoder.encode(Pixels.filled(width, height, grey));
    }

    /** Writes a file and the folders above it. */
    public static Path write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    /** Writes a text file and the folders above it. */
    public static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
