package stipple.server.picture;

import java.util.Arrays;
import java.util.Optional;

/** The file formats of pictures, by the names of the API's {@code output_format}. */
public enum PictureFormat {
    /** Lossless; the settings are in its text chunks. */
    PNG("png", "image/png"),
    /** Lossy; the settings are in its EXIF block. */
    JPEG("jpeg", "image/jpeg"),
    /** Lossy and small; the settings are in its EXIF block. */
    WEBP("webp", "image/webp");

    private final String id;
    private final String mediaType;

    PictureFormat(String id, String mediaType) {
        this.id = id;
        this.mediaType = mediaType;
    }

    /** The name in requests, responses and addresses. */
    public String id() {
        return id;
    }

    /** The media type of its files. */
    public String mediaType() {
        return mediaType;
    }

    /** Whether quality can be traded for size. */
    public boolean lossy() {
        return this != PNG;
    }

    /** The format of that name. */
    public static Optional<PictureFormat> of(String id) {
        return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
    }
}
