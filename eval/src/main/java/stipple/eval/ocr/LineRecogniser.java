package stipple.eval.ocr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.eval.onnx.OnnxNetwork;

/**
 * Reads a line: the network says for each of many narrow columns which character it is, or none; equal neighbours are one
 * character unless none stands between them (Graves et al. 2006).
 */
final class LineRecogniser implements AutoCloseable {
    private static final int HEIGHT = 48;

    /** Shorter lines are filled up to the width that the network was trained on. */
    private static final int WIDTH = 320;

    private static final int WIDEST = 2048;

    private final OnnxNetwork network;
    private final List<String> characters;

    /**
     * A recogniser.
     *
     * @param keys the characters that the network knows; a blank follows the last
     */
    LineRecogniser(OnnxNetwork network, List<String> keys) {
        this.network = network;
        this.characters = new ArrayList<>(keys);
        this.characters.add(" ");
    }

    /** Reads a part of a picture as one line. */
    ReadText read(Pixels picture, TextBox box) {
        Pixels part = picture.crop(box.left(), box.top(), box.width(), box.height());
        int width = Math.clamp(Math.round((double) HEIGHT * part.width() / part.height()), 8, WIDEST);
        Pixels line = Resampler.resize(part, width, HEIGHT, Resampler.Filter.BICUBIC);
        int padded = Math.max(WIDTH, width);
        float[] input = new float[3 * HEIGHT * padded];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < width; x++) {
                    input[(c * HEIGHT + y) * padded + x] = line.at(x, y, 2 - c) / 127.5f - 1;
                }
            }
        }
        OnnxNetwork.Floats columns = network.run(Map.of("x", new OnnxNetwork.Floats(input, 1, 3, HEIGHT, padded)));
        return decoded(columns, characters, box);
    }

    /** The best character of each column, put together. */
    static ReadText decoded(OnnxNetwork.Floats columns, List<String> characters, TextBox box) {
        int classes = (int) columns.shape()[2];
        StringBuilder text = new StringBuilder();
        double sum = 0;
        int count = 0;
        int before = 0;
        for (int column = 0; column < columns.shape()[1]; column++) {
            int best = 0;
            for (int i = 1; i < classes; i++) {
                if (columns.values()[column * classes + i] > columns.values()[column * classes + best]) {
                    best = i;
                }
            }
            if (best != 0 && best != before && best <= characters.size()) {
                text.append(characters.get(best - 1));
                sum += columns.values()[column * classes + best];
                count++;
            }
            before = best;
        }
        return new ReadText(text.toString(), count == 0 ? 0 : sum / count, box);
    }

    @Override
    public void close() {
        network.close();
    }
}
