package stipple.server.jobs;

import java.util.EnumMap;
import java.util.Map;
import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.server.picture.PictureEncoder;
import stipple.server.picture.PictureFormat;

/** The rows of a picture that are there, decoded; the rest is grey. Encoded once per format, when first asked for. */
public final class Preview {
    private static final int QUALITY = 90;

    private final int picture;
    private final int row;
    private final PixelImage image;
    private final Map<PictureFormat, byte[]> files = new EnumMap<>(PictureFormat.class);

    /**
     * A preview.
     *
     * @param picture index in the job
     * @param row rows that are there
     */
    public Preview(int picture, int row, PixelImage image) {
        this.picture = picture;
        this.row = row;
        this.image = image;
    }

    /** Index of the picture in the job. */
    public int picture() {
        return picture;
    }

    /** Rows that are there. */
    public int row() {
        return row;
    }

    /** The preview as a file. */
    public synchronized byte[] file(PictureFormat format) {
        return files.computeIfAbsent(format, f -> PictureEncoder.encode(image, f, QUALITY, PngMetadata.NONE));
    }
}
