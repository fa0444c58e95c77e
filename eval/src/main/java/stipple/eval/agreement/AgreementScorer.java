package stipple.eval.agreement;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stipple.data.pixels.Pixels;
import stipple.eval.run.FolderIdentity;
import stipple.eval.run.Pictures;
import stipple.eval.text.MiniLm;
import stipple.eval.text.SentenceEncoder;
import stipple.model.agreement.DualEncoder;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/**
 * Tells how well pictures suit captions: for suites and as a reward. Captions are read once and remembered. For one thread at
 * a time.
 */
public final class AgreementScorer implements AutoCloseable {
    private static final int BATCH = 64;

    private final DualEncoder encoder;
    private final SentenceEncoder sentences;
    private final String identity;
    private final Map<String, float[]> read = new HashMap<>();

    /**
     * A scorer that takes over both networks.
     *
     * @param identity tells this judge from others
     * @throws UserException if the dual encoder was trained on another sentence encoder's vectors
     */
    private AgreementScorer(DualEncoder encoder, SentenceEncoder sentences, String identity) {
        this.encoder = encoder;
        this.sentences = sentences;
        this.identity = identity;
        if (!encoder.config().sentences().equals(sentences.name())) {
            String wanted = encoder.config().sentences();
            close();
            throw new UserException("The dual encoder reads sentence vectors of '" + wanted + "', given were those of '"
                    + sentences.name() + "'");
        }
    }

    /**
     * Loads a dual encoder and MiniLM.
     *
     * @throws UserException if there is none in the folder
     */
    public static AgreementScorer load(Path folder) {
        return new AgreementScorer(DualEncoder.load(folder), new MiniLm(), FolderIdentity.ofJudge(folder));
    }

    /** Tells this judge from others: the start of a hash of its weights. */
    public String identity() {
        return identity;
    }

    /** How well a picture suits a caption, -1 to 1; pictures of one caption can be compared, captions of one picture too. */
    public double score(Pixels picture, String caption) {
        return products(List.of(picture), List.of(caption))[0][0];
    }

    /**
     * The same for all pairs.
     *
     * @return {@code [pictures][captions]}
     */
    public float[][] products(List<Pixels> pictures, List<String> captions) {
        float[][] left = pictures(pictures);
        float[][] right = captions(captions);
        float[][] products = new float[left.length][right.length];
        for (int i = 0; i < left.length; i++) {
            for (int j = 0; j < right.length; j++) {
                float sum = 0;
                for (int k = 0; k < right[j].length; k++) {
                    sum += left[i][k] * right[j][k];
                }
                products[i][j] = sum;
            }
        }
        return products;
    }

    /** Pictures of any size as vectors of length 1. */
    public float[][] pictures(List<Pixels> pictures) {
        int side = encoder.config().size();
        List<float[]> vectors = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += BATCH) {
            List<Pixels> part = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
            try (Scope scope = Scope.open()) {
                List<Tensor> tensors =
                        part.stream().map(p -> Pictures.fitted(p, side)).toList();
                rows(Autograd.off(() -> encoder.pictures(Tensors.cat(tensors, 0))), vectors);
            }
        }
        return vectors.toArray(float[][]::new);
    }

    /** Captions as vectors of length 1. */
    public float[][] captions(List<String> captions) {
        List<String> fresh = captions.stream()
                .distinct()
                .filter(caption -> !read.containsKey(caption))
                .toList();
        if (!fresh.isEmpty()) {
            float[][] vectors = sentences.encode(fresh);
            float[] all = new float[vectors.length * vectors[0].length];
            for (int i = 0; i < vectors.length; i++) {
                System.arraycopy(vectors[i], 0, all, i * vectors[i].length, vectors[i].length);
            }
            try (Scope scope = Scope.open()) {
                Tensor table = Tensors.of(all, vectors.length, vectors[0].length);
                List<float[]> mapped = new ArrayList<>();
                rows(Autograd.off(() -> encoder.captions(table)), mapped);
                for (int i = 0; i < mapped.size(); i++) {
                    read.put(fresh.get(i), mapped.get(i));
                }
            }
        }
        return captions.stream().map(read::get).toArray(float[][]::new);
    }

    private static void rows(Tensor table, List<float[]> rows) {
        int width = (int) table.size(1);
        float[] all = table.toFloats();
        for (int i = 0; i < table.size(0); i++) {
            rows.add(Arrays.copyOfRange(all, i * width, (i + 1) * width));
        }
    }

    @Override
    public void close() {
        encoder.close();
        sentences.close();
    }
}
