package stipple.eval.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import stipple.torch.UserException;

/** A network in the ONNX format, on the CPU. May be run by several threads at once. */
public final class OnnxNetwork implements AutoCloseable {
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
        this.environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            this.session = environment.createSession(model, options);
        } catch (OrtException e) {
            throw new UserException(name + " is no ONNX network that can be run: " + firstLine(e), e);
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
