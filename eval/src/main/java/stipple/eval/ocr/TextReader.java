package stipple.eval.ocr;

import java.util.List;
import stipple.data.pixels.Pixels;

/** Reads pictures. */
public interface TextReader extends AutoCloseable {
    /** Its name, for reports. */
    String name();

    /** The lines of a picture in reading order. */
    List<ReadText> read(Pixels picture);

    @Override
    void close();
}
