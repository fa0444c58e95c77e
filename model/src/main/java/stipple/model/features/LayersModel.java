package stipple.model.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.torch.UserException;

/**
 * A Keras layers model as TensorFlow.js stores it, packed into JavaScript modules as npm packages do: one module exports
 * topology and manifest as an object literal, others the weights as base64 text, quantised to bytes.
 */
final class LayersModel {
    private static final JsonMapper LITERALS = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
            .build();
    private static final String EXPORTS = ".exports=";

    private final Map<String, JsonNode> layers = new LinkedHashMap<>();
    private final Map<String, Values> weights = new LinkedHashMap<>();

    /** Weights in the order and layout of Keras: a kernel is {@code [height, width, in, out]}. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Values(int[] shape, float[] values) {}

    /**
     * Reads a model.
     *
     * @param model the module with topology and manifest
     * @param shards the modules with the weights, in order
     * @throws UserException if a module is not what it should be
     */
    LayersModel(byte[] model, List<byte[]> shards) {
        JsonNode root = literal(exported(model));
        for (JsonNode layer :
                root.path("modelTopology").path("model_config").path("config").path("layers")) {
            layers.put(layer.path("name").asText(), layer);
        }
        byte[] data = join(shards);
        int at = 0;
        for (JsonNode group : root.path("weightsManifest")) {
            for (JsonNode entry : group.path("weights")) {
                at = read(entry, data, at);
            }
        }
        if (layers.isEmpty() || weights.isEmpty() || at != data.length) {
            throw broken("it has " + layers.size() + " layers, " + weights.size() + " weights, and " + at + " of "
                    + data.length + " bytes are used");
        }
    }

    /** The layers by name, in order. */
    Map<String, JsonNode> layers() {
        return layers;
    }

    /**
     * Weights by name.
     *
     * @throws UserException if there are none
     */
    Values weights(String name) {
        Values found = weights.get(name);
        if (found == null) {
            throw broken("the weights '" + name + "' are missing");
        }
        return found;
    }

    private int read(JsonNode entry, byte[] data, int at) {
        String name = entry.path("name").asText();
        int[] shape = new int[entry.path("shape").size()];
        Arrays.setAll(shape, i -> entry.path("shape").get(i).asInt());
        int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        JsonNode quantization = entry.path("quantization");
        if (!quantization.path("dtype").asText().equals("uint8")) {
            throw broken("the weights '" + name + "' are not quantised to bytes");
        }
        if (count < 0 || count > data.length - at) {
            throw broken("the weights end before '" + name + "'");
        }
        double scale = quantization.path("scale").asDouble();
        double min = quantization.path("min").asDouble();
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (Byte.toUnsignedInt(data[at + i]) * scale + min);
        }
        weights.put(name, new Values(shape, values));
        return at + count;
    }

    /** What a module exports, up to the end of the module. */
    private static String exported(byte[] module) {
        String text = new String(module, StandardCharsets.UTF_8);
        int at = text.indexOf(EXPORTS + "{modelTopology");
        if (at < 0) {
            throw broken("it exports no model");
        }
        return text.substring(at + EXPORTS.length());
    }

    private static JsonNode literal(String text) {
        try {
            // Minifiers write booleans as !0 and !1; no name holds an exclamation mark. What follows the literal is
            // code.
            return LITERALS.readTree(text.replace("!0", "true").replace("!1", "false"));
        } catch (JsonProcessingException e) {
            throw broken("its model cannot be read: " + e.getOriginalMessage());
        }
    }

    private static byte[] join(List<byte[]> shards) {
        byte[] all = new byte[0];
        for (byte[] shard : shards) {
            String text = new String(shard, StandardCharsets.UTF_8);
            int at = text.indexOf(EXPORTS + '"');
            int end = at < 0 ? -1 : text.indexOf('"', at + EXPORTS.length() + 1);
            if (end < 0) {
                throw broken("a module exports no weights");
            }
            byte[] part;
            try {
                part = Base64.getDecoder().decode(text.substring(at + EXPORTS.length() + 1, end));
            } catch (IllegalArgumentException e) {
                throw new UserException("The packed model is damaged: its weights are not base64", e);
            }
            int before = all.length;
            all = Arrays.copyOf(all, before + part.length);
            System.arraycopy(part, 0, all, before, part.length);
        }
        return all;
    }

    static UserException broken(String what) {
        return new UserException("The packed model is not a MobileNetV2 that can be read: " + what);
    }
}
