package stipple.eval.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** A network in the ONNX format, on the CPU. May be run by several threads at once. */
public final class OnnxNetwork implements AutoCloseable {
    /** Where Linux tells the command line of this process. */
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private static final int LONGEST_COMMAND_LINE = 3900;

    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;

    /**
     * Loads a network.
     *
     * @param name for messages
     * @param model content of the file
     * @param threads threads of one run
     * @throws UserException if it is no network that the runtime can read
     */
    public OnnxNetwork(String name, byte[] model, int threads) {
        this.name = name;
        checkCommandLine();
        this.environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            this.session = environment.createSession(model, options);
        } catch (OrtException e) {
            throw new UserException(name + " is no ONNX network that can be run: " + firstLine(e), e);
        }
    }

    /** Version 1.29 of the runtime ends the process without a word where its command line has 4,000 characters or more. */
    private static void checkCommandLine() {
        try {
            int length = Files.isReadable(COMMAND_LINE) ? Files.readAllBytes(COMMAND_LINE).length : 0;
            if (length > LONGEST_COMMAND_LINE) {
                throw new UserException("The ONNX runtime cannot start under a command line of " + length
                        + " characters; " + LONGEST_COMMAND_LINE + " work: give a long class path by CLASSPATH");
            }
        } catch (IOException e) {
            throw new UserException("Cannot read " + COMMAND_LINE + ": " + AtomicFile.reason(e), e);
        }
    }

    private static String firstLine(OrtException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** What a network reads. */
    public sealed interface Input permits Floats, Longs {}

    /**
     * Numbers in rows.
     *
     * @param values in row order
     * @param shape sizes
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
    public record Floats(float[] values, long... shape) implements Input {}

    /**
     * Whole numbers in rows.
     *
     * @param values in row order
     * @param shape sizes
     */
    @SuppressWarnings("ArrayRecordComponent") // as above
    public record Longs(long[] values, long... shape) implements Input {}

    /**
     * Runs the network.
     *
     * @param inputs by name
     * @return the first output
     */
    public Floats run(Map<String, Input> inputs) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Input> input : inputs.entrySet()) {
                tensors.put(input.getKey(), tensor(input.getValue()));
            }
            try (OrtSession.Result result = session.run(tensors)) {
                OnnxValue first = result.get(0);
                if (!(first instanceof OnnxTensor tensor)) {
                    throw new IllegalStateException(name + " gives no tensor");
                }
                FloatBuffer buffer = tensor.getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                return new Floats(values, tensor.getInfo().getShape());
            }
        } catch (OrtException e) {
            throw new IllegalStateException(name + " could not be run: " + firstLine(e), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(Input input) throws OrtException {
        return switch (input) {
            case Floats floats ->
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats.values()), floats.shape());
            case Longs longs -> OnnxTensor.createTensor(environment, LongBuffer.wrap(longs.values()), longs.shape());
        };
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(name + " could not be closed", e);
        }
    }
}
