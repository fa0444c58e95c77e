package stipple.eval.ocr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.data.pixels.Pixels;
import stipple.eval.onnx.OnnxNetwork;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** PP-OCRv4 (PaddleOCR, Apache-2.0): one network finds lines, another reads them. */
public final class PpOcr implements TextReader {
    /** The network that finds lines, in the reader's folder. */
    public static final String DETECTOR = "det.onnx";

    /** The network that reads a line. */
    public static final String RECOGNISER = "rec.onnx";

    /** The characters that it knows, one a line. */
    public static final String KEYS = "keys.txt";

    /** Below this confidence nothing was read. */
    private static final double SURE = 0.5;

    private final LineDetector detector;
    private final LineRecogniser recogniser;

    private PpOcr(LineDetector detector, LineRecogniser recogniser) {
        this.detector = detector;
        this.recogniser = recogniser;
    }

    /**
     * Loads a folder that {@code stipple data build ocr} made.
     *
     * @throws UserException if there is none
     */
    public static PpOcr load(Path folder) {
        if (!Files.isRegularFile(folder.resolve(DETECTOR))) {
            throw new UserException("No text reader in " + folder + ": " + DETECTOR
                    + " is missing; make one with ./stipple data build ocr --out " + folder);
        }
        try {
            List<String> keys = Files.readAllLines(folder.resolve(KEYS));
            OnnxNetwork detector = new OnnxNetwork(DETECTOR, Files.readAllBytes(folder.resolve(DETECTOR)), 1);
            OnnxNetwork recogniser = new OnnxNetwork(RECOGNISER, Files.readAllBytes(folder.resolve(RECOGNISER)), 1);
            return new PpOcr(new LineDetector(detector), new LineRecogniser(recogniser, keys));
        } catch (IOException e) {
            throw new UserException("Cannot read the text reader in " + folder + ": " + AtomicFile.reason(e), e);
        }
    }

    @Override
    public String name() {
        return "PP-OCRv4";
    }

    /** Where no line is found, the whole picture is read as one: a single large letter is no line to the detector. */
    @Override
    public List<ReadText> read(Pixels picture) {
        List<TextBox> boxes = detector.lines(picture);
        if (boxes.isEmpty()) {
            boxes = List.of(new TextBox(0, 0, picture.width(), picture.height()));
        }
        List<ReadText> texts = new ArrayList<>();
        for (TextBox box : boxes) {
            ReadText text = recogniser.read(picture, box);
            if (text.confidence() >= SURE && !text.text().isBlank()) {
                texts.add(text);
            }
        }
        return TextBox.ordered(texts);
    }

    @Override
    public void close() {
        detector.close();
        recogniser.close();
    }
}
