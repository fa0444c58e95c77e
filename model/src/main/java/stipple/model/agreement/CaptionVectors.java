package stipple.model.agreement;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.TensorSource;
import stipple.model.files.JsonObjectFile;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/**
 * Captions with the vectors that a sentence encoder made of them, as a folder: {@code captions.json} lists the captions,
 * {@code vectors.safetensors} holds a row for each. So neither training nor drawing needs the sentence encoder itself.
 */
public final class CaptionVectors implements AutoCloseable {
    private static final String CAPTIONS = "captions.json";
    private static final String VECTORS = "vectors.safetensors";
    private static final String TENSOR = "vectors";

    private final String encoder;
    private final Map<String, Integer> rows;
    private final Scope owner;
    private final Tensor vectors;
    private final Path folder;

    private CaptionVectors(String encoder, Map<String, Integer> rows, Scope owner, Tensor vectors, Path folder) {
        this.encoder = encoder;
        this.rows = rows;
        this.owner = owner;
        this.vectors = vectors;
        this.folder = folder;
    }

    /**
     * Writes a folder.
     *
     * @param encoder name of the sentence encoder
     * @param captions all different
     * @param vectors a row for each caption
     * @param source where the encoder comes from and under which licence
     */
    public static void write(
            Path folder, String encoder, List<String> captions, float[][] vectors, Map<String, String> source) {
        int width = vectors[0].length;
        short[] halves = new short[captions.size() * width];
        for (int row = 0; row < vectors.length; row++) {
            for (int i = 0; i < width; i++) {
                halves[row * width + i] = Float.floatToFloat16(vectors[row][i]);
            }
        }
        SafetensorsWriter.write(
                folder.resolve(VECTORS),
                List.of(new TensorSource(
                        TENSOR, DType.F16, new long[] {captions.size(), width}, () -> MemorySegment.ofArray(halves))),
                source);
        ObjectNode json = JsonObjectFile.newObject();
        json.put("encoder", encoder);
        source.forEach(json::put);
        ArrayNode all = json.putArray("captions");
        captions.forEach(all::add);
        JsonObjectFile.write(folder.resolve(CAPTIONS), json);
    }

    /**
     * Loads a folder.
     *
     * @throws UserException if there is none, or its files do not fit together
     */
    public static CaptionVectors load(Path folder) {
        if (!Files.isRegularFile(folder.resolve(CAPTIONS))) {
            throw new UserException("No caption vectors in " + folder
                    + "; make them with ./stipple data build captions --data build/data/emoji --out " + folder);
        }
        JsonObjectFile json = JsonObjectFile.read(folder.resolve(CAPTIONS));
        Map<String, Integer> rows = new LinkedHashMap<>();
        json.texts("captions", List.of()).forEach(caption -> rows.put(caption, rows.size()));
        Scope owner = Scope.detached();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(VECTORS))) {
            StoredTensor stored = file.tensors().get(TENSOR);
            if (stored == null || stored.shape().length != 2 || stored.shape()[0] != rows.size()) {
                throw new UserException(
                        file.path() + " does not hold a vector for each of the " + rows.size() + " captions beside it");
            }
            try (Scope scope = Scope.open()) {
                Tensor vectors = owner.adopt(Tensors.copyOf(stored.data(), stored.dtype(), stored.shape()));
                return new CaptionVectors(json.text("encoder", ""), rows, owner, vectors, folder);
            }
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** Numbers of a vector in a folder, without loading it. */
    public static int width(Path folder) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(VECTORS))) {
            StoredTensor stored = file.tensors().get(TENSOR);
            if (stored == null || stored.shape().length != 2) {
                throw new UserException(file.path() + " holds no caption vectors");
            }
            return (int) stored.shape()[1];
        }
    }

    /** Name of the sentence encoder. */
    public String encoder() {
        return encoder;
    }

    /** Numbers of a vector. */
    public int width() {
        return (int) vectors.size(1);
    }

    /** Number of captions. */
    public int size() {
        return rows.size();
    }

    /** Whether a caption is there. */
    public boolean has(String caption) {
        return rows.containsKey(caption);
    }

    /**
     * The row of a caption.
     *
     * @throws UserException if it is not there
     */
    public int row(String caption) {
        Integer row = rows.get(caption);
        if (row == null) {
            throw new UserException("There is no vector of '" + caption + "' in " + folder
                    + "; make them of this data set with ./stipple data build captions");
        }
        return row;
    }

    /** The vectors of some rows, float32 {@code [n, width]}. */
    public Tensor vectors(int... chosen) {
        long[] wide = new long[chosen.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = chosen[i];
        }
        return vectors.indexSelect(0, Tensors.of(wide, wide.length)).to(DType.F32);
    }

    /** The vectors of some captions, float32 {@code [n, width]}. */
    public Tensor vectors(List<String> captions) {
        return vectors(captions.stream().mapToInt(this::row).toArray());
    }

    @Override
    public void close() {
        owner.close();
    }
}
