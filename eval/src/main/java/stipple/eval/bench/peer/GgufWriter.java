package stipple.eval.bench.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import stipple.model.config.BackboneConfig;
import stipple.torch.DType;

/**
 * Writes random weights of a shape as GGUF, version 3: header, metadata, tensor table, then the tensors at aligned places.
 * Streams: a block of noise is drawn once and written again and again.
 */
final class GgufWriter {
    private static final int VERSION = 3;
    private static final int HEADER = 8 << 20;
    private static final int NOISE_BLOCKS = 1 << 15;

    // Types of metadata values.
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final GgufShape shape;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);

    private GgufWriter(GgufShape shape) {
        this.shape = shape;
    }

    /** Writes a file; the storage has it when this returns, so that nothing is written back while others measure. */
    static void write(GgufShape shape, Path file) throws IOException {
        new GgufWriter(shape).write(file);
    }

    private void write(Path file) throws IOException {
        List<GgufShape.Tensor> tensors = shape.tensors();
        header(tensors);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeAll(channel, header.flip());
            ByteBuffer noise = noise();
            for (GgufShape.Tensor tensor : tensors) {
                if (tensor.format() == null) {
                    writeAll(channel, constant(tensor));
                } else {
                    for (long left = tensor.bytes(); left > 0; ) {
                        ByteBuffer part = noise.duplicate().limit((int) Math.min(left, noise.capacity()));
                        left -= part.remaining();
                        writeAll(channel, part);
                    }
                }
                writeAll(channel, ByteBuffer.allocate((int) (tensor.padded() - tensor.bytes())));
            }
            channel.force(true);
        }
    }

    private void header(List<GgufShape.Tensor> tensors) {
        List<Runnable> metadata = metadata();
        header.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(VERSION)
                .putLong(tensors.size())
                .putLong(metadata.size());
        metadata.forEach(Runnable::run);
        long offset = 0;
        for (GgufShape.Tensor tensor : tensors) {
            string(tensor.name());
            boolean vector = tensor.rows() == 0;
            header.putInt(vector ? 1 : 2).putLong(tensor.inputs());
            if (!vector) {
                header.putLong(tensor.rows());
            }
            header.putInt(tensor.format() == null ? 0 : tensor.format().type()).putLong(offset);
            offset += tensor.padded();
        }
        int end = Math.ceilDiv(header.position(), GgufShape.ALIGNMENT) * GgufShape.ALIGNMENT;
        header.put(new byte[end - header.position()]);
    }

    private List<Runnable> metadata() {
        BackboneConfig b = shape.backbone();
        List<Runnable> all = new ArrayList<>();
        all.add(() -> text("general.architecture", "qwen2"));
        all.add(() -> text("general.name", "synthetic"));
        all.add(() -> number("qwen2.context_length", 4096));
        all.add(() -> number("qwen2.embedding_length", b.hidden()));
        all.add(() -> number("qwen2.block_count", b.layers()));
        all.add(() -> number("qwen2.feed_forward_length", b.intermediate()));
        all.add(() -> number("qwen2.attention.head_count", b.heads()));
        all.add(() -> number("qwen2.attention.head_count_kv", b.kvHeads()));
        all.add(() -> real("qwen2.attention.layer_norm_rms_epsilon", b.rmsEps()));
        all.add(() -> real("qwen2.rope.freq_base", b.ropeTheta()));
        all.add(() -> number("qwen2.vocab_size", GgufShape.VOCAB));
        all.add(() -> number("general.file_type", shape.format().fileType()));
        all.add(() -> text("tokenizer.ggml.model", "gpt2"));
        all.add(() -> text("tokenizer.ggml.pre", "qwen2"));
        all.add(this::vocabulary);
        all.add(this::tokenTypes);
        all.add(this::merges);
        all.add(() -> number("tokenizer.ggml.bos_token_id", 1));
        all.add(() -> number("tokenizer.ggml.eos_token_id", 1));
        return all;
    }

    private void vocabulary() {
        array("tokenizer.ggml.tokens", STRING, GgufShape.VOCAB);
        for (int i = 0; i < GgufShape.VOCAB; i++) {
            string("t" + i);
        }
    }

    private void tokenTypes() {
        array("tokenizer.ggml.token_type", INT32, GgufShape.VOCAB);
        for (int i = 0; i < GgufShape.VOCAB; i++) {
            header.putInt(1);
        }
    }

    private void merges() {
        array("tokenizer.ggml.merges", STRING, 1);
        string("t 1");
    }

    private void array(String key, int type, long count) {
        string(key);
        header.putInt(ARRAY).putInt(type).putLong(count);
    }

    private void text(String key, String value) {
        string(key);
        header.putInt(STRING);
        string(value);
    }

    private void number(String key, int value) {
        string(key);
        header.putInt(UINT32).putInt(value);
    }

    private void real(String key, double value) {
        string(key);
        header.putInt(FLOAT32).putFloat((float) value);
    }

    private void string(String value) {
        byte[] raw = value.getBytes(StandardCharsets.UTF_8);
        header.putLong(raw.length).put(raw);
    }

    /** Blocks of random weights with scales that keep activations in range. */
    private ByteBuffer noise() {
        int size = shape.format().blockBytes();
        byte[] bytes = new byte[NOISE_BLOCKS * size];
        Random random = new Random(0);
        random.nextBytes(bytes);
        ByteBuffer noise = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < NOISE_BLOCKS; i++) {
            noise.putShort(i * size, Float.floatToFloat16(random.nextFloat(0.0006f, 0.001f)));
        }
        return noise;
    }

    private static ByteBuffer constant(GgufShape.Tensor tensor) {
        ByteBuffer values = ByteBuffer.allocate((int) tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < tensor.bytes() / DType.F32.bytes(); i++) {
            values.putFloat(tensor.value());
        }
        return values.flip();
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
