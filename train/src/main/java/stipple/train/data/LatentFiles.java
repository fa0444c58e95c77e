package stipple.train.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.files.Sha256;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.Torch;
import stipple.torch.UserException;
import stipple.train.files.WeightFiles;

/**
 * An encoder that remembers on disk what it encoded, so that a data set costs its encoding once and not for every run. What
 * counts is what goes in: a file is named after the pixels of a whole batch and after the encoder, known by what it makes
 * of a test picture. So changed pictures, another image tokenizer or another number type are encoded anew, and tokens that
 * are read are those that encoding would give, but for rounding where the number of threads was another. Files of other encoders are left alone; the folder can be deleted
 * at any time.
 */
public final class LatentFiles implements UnaryOperator<Tensor> {
    private static final String NAME = "tokens";
    private static final int CHUNK = 1 << 20;

    private final Path folder;
    private final UnaryOperator<Tensor> encoder;
    private final byte[] fingerprint;

    private LatentFiles(Path folder, UnaryOperator<Tensor> encoder, byte[] fingerprint) {
        this.folder = folder;
        this.encoder = encoder;
        this.fingerprint = fingerprint;
    }

    /**
     * An encoder with a memory, or the encoder itself.
     *
     * @param folder where files lie; null for no memory
     * @param encoder pixels {@code [n, 3, h, w]} in [-1, 1] to image tokens {@code [n, k, token]}
     * @param side height and width of the test picture in pixels, such as the encoder takes
     * @throws UserException if the folder cannot be made
     */
    public static UnaryOperator<Tensor> in(String folder, UnaryOperator<Tensor> encoder, int side) {
        if (folder == null) {
            return encoder;
        }
        Path path = Path.of(folder);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new UserException(
                    "Recipe: data.latents: cannot make the folder " + path + " (" + e.getMessage()
                            + "); choose another one",
                    e);
        }
        return new LatentFiles(path, encoder, fingerprint(encoder, side));
    }

    /** On one thread: the last bits of a convolution change with their number, and the tokens serve any number. */
    private static byte[] fingerprint(UnaryOperator<Tensor> encoder, int side) {
        int threads = Torch.threads();
        Torch.threads(1);
        try {
            return tested(encoder, side);
        } finally {
            Torch.threads(threads);
        }
    }

    private static byte[] tested(UnaryOperator<Tensor> encoder, int side) {
        SplittableRandom random = new SplittableRandom(1);
        float[] picture = new float[3 * side * side];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = (float) random.nextDouble(-1, 1);
        }
        try (Scope scope = Scope.open()) {
            Tensor pixels = Tensors.of(picture, 1, 3, side, side);
            MessageDigest hash = Sha256.digest();
            update(hash, Autograd.off(() -> encoder.apply(pixels)));
            return hash.digest();
        }
    }

    @Override
    public Tensor apply(Tensor pixels) {
        Path file = folder.resolve(key(pixels) + ".safetensors");
        Tensor known = read(file);
        if (known != null) {
            return known;
        }
        Tensor tokens = encoder.apply(pixels).to(DType.F32).contiguous();
        WeightFiles.write(file, Map.of(NAME, tokens));
        return tokens;
    }

    private String key(Tensor pixels) {
        MessageDigest hash = Sha256.digest();
        hash.update(fingerprint);
        update(hash, pixels);
        return HexFormat.of().formatHex(Arrays.copyOf(hash.digest(), 16));
    }

    private static void update(MessageDigest hash, Tensor tensor) {
        hash.update(Arrays.toString(tensor.shape()).getBytes(StandardCharsets.US_ASCII));
        MemorySegment bytes = tensor.to(DType.F32).contiguous().bytes();
        byte[] chunk = new byte[CHUNK];
        for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
            int n = (int) Math.min(CHUNK, bytes.byteSize() - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, chunk, 0, n);
            hash.update(chunk, 0, n);
        }
    }

    /** What a file holds; null if there is none, or if it is damaged: then it is written anew. */
    private static Tensor read(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            StoredTensor stored = opened.tensors().get(NAME);
            if (stored == null || stored.dtype() != DType.F32) {
                return null;
            }
            Tensor tokens = Tensors.empty(DType.F32, stored.shape());
            tokens.copyInPlace(Tensors.view(stored.data(), stored.dtype(), stored.shape()));
            return tokens;
        } catch (UserException damaged) {
            return null;
        }
    }
}
