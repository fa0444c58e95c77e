package stipple.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import stipple.model.agreement.CaptionVectors;

/** Vectors of captions without a sentence encoder: each word has a direction of its own. */
public final class TinyCaptions {
    private static final int WIDTH = 16;

    private TinyCaptions() {}

    /** Writes a folder. */
    public static void write(Path folder, List<String> captions) {
        List<float[]> vectors = new ArrayList<>();
        for (String caption : captions) {
            float[] vector = new float[WIDTH];
            for (String word : caption.split("\\W+")) {
                Random random = new Random(word.hashCode());
                for (int i = 0; i < WIDTH; i++) {
                    vector[i] += (float) random.nextGaussian();
                }
            }
            vectors.add(vector);
        }
        CaptionVectors.write(folder, "words", captions, vectors.toArray(float[][]::new), Map.of("license", "none"));
    }
}
