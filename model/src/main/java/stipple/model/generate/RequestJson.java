package stipple.model.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.model.files.JsonObjectFile;
import stipple.model.flow.SolverKind;
import stipple.model.image.ImageSize;
import stipple.torch.UserException;

/**
 * A {@link GenerationRequest} as JSON, with the names that the command line uses. The pictures to edit and to continue are
 * not part of it, see {@link InputReference}.
 */
public final class RequestJson {
    private static final Map<String, BiConsumer<JsonObjectFile, RequestBuilder>> READERS = readers();

    private RequestJson() {}

    /** All keys, in the order in which they are written. */
    public static Set<String> keys() {
        return Collections.unmodifiableSet(READERS.keySet());
    }

    /** The keys that every version has written; pictures from before the others were drawn without them. */
    static Set<String> original() {
        Set<String> keys = new TreeSet<>(keys());
        keys.removeAll(Set.of("steps_end", "solver", "reuse", "reuse_tolerance", "continue_rows", "context_noise"));
        return keys;
    }

    /** Every field of a request but its pictures. */
    public static ObjectNode write(GenerationRequest request) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("prompt", request.prompt());
        json.put("positive", request.positive());
        json.put("negative", request.negative());
        json.put("size", request.size().toString());
        json.put("n", request.count());
        json.put("seed", request.seed());
        json.put("steps", request.steps());
        json.put("cfg", request.cfg());
        json.put("cfg_image", request.cfgImage());
        json.put("shift", request.shift());
        json.put("sampler", request.sampler().id());
        json.put("noise_level", request.noiseLevel());
        json.put("cfg_schedule", request.cfgSchedule().id());
        json.put("use_norm", request.useNorm());
        json.put("context_noise", request.contextNoise());
        json.set("previews", request.previews().json());
        json.put("steps_end", request.shortcuts().stepsEnd());
        json.put("solver", request.shortcuts().solver().id());
        json.put("reuse", request.shortcuts().reuse());
        json.put("reuse_tolerance", request.shortcuts().reuseTolerance());
        json.put("continue_rows", request.start() == null ? 0 : request.start().rows());
        return json;
    }

    /**
     * Sets what the JSON says and leaves the rest of the builder alone.
     *
     * @throws UserException if a key is unknown or a value is of the wrong kind
     */
    public static void apply(JsonObjectFile json, RequestBuilder builder) {
        json.node().fieldNames().forEachRemaining(key -> {
            if (!READERS.containsKey(key)) {
                throw new UserException(
                        json.where() + ": unknown key '" + key + "'; known are " + String.join(", ", READERS.keySet()));
            }
            if (json.has(key)) {
                READERS.get(key).accept(json, builder);
            }
        });
    }

    private static Map<String, BiConsumer<JsonObjectFile, RequestBuilder>> readers() {
        Map<String, BiConsumer<JsonObjectFile, RequestBuilder>> readers = new LinkedHashMap<>();
        readers.put("prompt", (json, b) -> b.prompt(json.text("prompt", "")));
        readers.put("positive", (json, b) -> b.positive(json.text("positive", "")));
        readers.put("negative", (json, b) -> b.negative(json.text("negative", "")));
        readers.put("size", (json, b) -> b.size(ImageSize.parse(json.text("size", ""))));
        readers.put("n", (json, b) -> b.count(json.integer("n")));
        readers.put("seed", (json, b) -> b.seed(seed(json)));
        readers.put("steps", (json, b) -> b.steps(json.integer("steps")));
        readers.put("cfg", (json, b) -> b.cfg(json.number("cfg")));
        readers.put("cfg_image", (json, b) -> b.cfgImage(json.number("cfg_image")));
        readers.put("shift", (json, b) -> b.shift(json.number("shift")));
        readers.put("sampler", (json, b) -> b.sampler(SamplerKind.of(json.text("sampler", ""))));
        readers.put("noise_level", (json, b) -> b.noiseLevel(json.number("noise_level")));
        readers.put("cfg_schedule", (json, b) -> b.cfgSchedule(GuidanceSchedule.of(json.text("cfg_schedule", ""))));
        readers.put("use_norm", (json, b) -> b.useNorm(json.flag("use_norm")));
        readers.put("context_noise", (json, b) -> b.contextNoise(json.number("context_noise")));
        readers.put("previews", (json, b) -> b.previews(previews(json)));
        readers.put("steps_end", (json, b) -> b.stepsEnd(json.integer("steps_end")));
        readers.put("solver", (json, b) -> b.solver(SolverKind.of(json.text("solver", ""))));
        readers.put("reuse", (json, b) -> b.reuse(json.integer("reuse")));
        readers.put("reuse_tolerance", (json, b) -> b.reuseTolerance(json.number("reuse_tolerance")));
        readers.put("continue_rows", (json, b) -> b.continueRows(json.integer("continue_rows")));
        return readers;
    }

    private static Previews previews(JsonObjectFile json) {
        JsonNode value = json.node().get("previews");
        return Previews.of(value)
                .orElseThrow(() -> new UserException(json.where()
                        + ": 'previews' must be true, false or a number of previews per picture, but is " + value));
    }

    private static long seed(JsonObjectFile json) {
        JsonNode value = json.node().get("seed");
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new UserException(json.where() + ": 'seed' must be a whole number of 64 bits, but is " + value);
        }
        return value.longValue();
    }
}
