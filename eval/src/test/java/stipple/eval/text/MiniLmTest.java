package stipple.eval.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MiniLmTest {
    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void sentences_of_one_meaning_are_nearer_than_others_and_company_changes_little() {
        List<String> sentences = List.of("red apple", "a picture of a crimson fruit", "fire engine", "red apple");
        try (MiniLm alone = new MiniLm();
                MiniLm together = new MiniLm(64)) {
            float[][] vectors = alone.encode(sentences);
            assertEquals(384, vectors[0].length);
            assertEquals(1, product(vectors[1], vectors[1]), 1e-5);
            assertArrayEquals(vectors[0], vectors[3]);
            // Known values of this network.
            assertEquals(0.51, product(vectors[0], vectors[1]), 0.05);
            assertEquals(0.24, product(vectors[0], vectors[2]), 0.05);
            float[][] others = together.encode(sentences);
            for (int i = 0; i < vectors.length; i++) {
                assertTrue(product(vectors[i], others[i]) > 0.98, sentences.get(i));
            }
        }
    }
}
