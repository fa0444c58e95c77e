package stipple.model.generate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import stipple.model.files.JsonObjectFile;
import stipple.model.image.GenerationParameters;
import stipple.model.image.PngMetadata;
import stipple.model.load.ModelIdentity;

/**
 * How a picture was made: the very request the engine consumed, the weights, and what else decides its last bits. It is
 * written into the picture's file and read back as {@link StoredSettings}.
 *
 * @param version version of Stipple
 * @param model the weights
 * @param machine where and in which type it was computed
 * @param request what was asked for
 * @param input the picture that was edited, or null
 * @param start the picture that was continued, or null
 */
public record Provenance(
        String version,
        ModelIdentity model,
        Machine machine,
        GenerationRequest request,
        InputReference input,
        InputReference start) {
    /** Digits of a model hash that other tools show. */
    private static final int SHORT_HASH = 10;

    /**
     * What a picture's last bits may depend on besides the request and the weights.
     *
     * @param dtype type of weights and activations, such as {@code bfloat16}
     * @param device such as {@code cpu}
     * @param cpu vector instructions in use, such as {@code AVX512}
     * @param threads threads of one operation
     * @param quantize what the weights were rounded to while loading, such as {@code int4}, or null
     */
    public record Machine(String dtype, String device, String cpu, int threads, String quantize) {
        /** With the weights as they are stored. */
        public Machine(String dtype, String device, String cpu, int threads) {
            this(dtype, device, cpu, threads, null);
        }
    }

    /** Of a request that continues no picture. */
    public Provenance(
            String version, ModelIdentity model, Machine machine, GenerationRequest request, InputReference input) {
        this(version, model, machine, request, input, null);
    }

    /** The texts of one picture of the request. */
    public PngMetadata metadata(int index) {
        return PngMetadata.of(parameters(index), json(index).toString());
    }

    /** Everything needed to draw a picture again. */
    public ObjectNode json(int index) {
        ObjectNode json = json();
        json.put("index", index);
        return json;
    }

    /** The same for the request as a whole. */
    public ObjectNode json() {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("software", "stipple");
        json.put("version", version);
        ObjectNode weights = json.putObject("model")
                .put("name", model.name())
                .put("sha256", model.hash())
                .put("vae_sha256", model.vaeHash());
        if (!model.adapters().isEmpty()) {
            ArrayNode adapters = weights.putArray("lora");
            model.adapters()
                    .forEach(adapter -> adapters.addObject()
                            .put("path", adapter.path())
                            .put("scale", adapter.scale())
                            .put("sha256", adapter.hash()));
        }
        json.put("dtype", machine.dtype());
        json.put("device", machine.device());
        json.put("cpu", machine.cpu());
        json.put("threads", machine.threads());
        if (machine.quantize() != null) {
            json.put("quantize", machine.quantize());
        }
        json.set("request", RequestJson.write(request));
        reference(json, "input", input);
        reference(json, "start", start);
        return json;
    }

    private static void reference(ObjectNode json, String key, InputReference file) {
        if (file != null) {
            json.putObject(key).put("path", file.path()).put("sha256", file.sha256());
        }
    }

    /** The settings in the form that image viewers and web interfaces show. */
    public GenerationParameters parameters(int index) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("Steps", Integer.toString(request.steps()));
        settings.put("Sampler", request.sampler().id());
        settings.put("CFG scale", number(request.cfg()));
        if (input != null) {
            settings.put("Image CFG scale", number(request.cfgImage()));
            settings.put("Input hash", input.sha256().substring(0, SHORT_HASH));
        }
        settings.put("Seed", Long.toString(request.seed() + index));
        settings.put("Size", request.size().toString());
        settings.put("Model hash", model.hash().substring(0, SHORT_HASH));
        settings.put("Model", model.name());
        if (!model.adapters().isEmpty()) {
            settings.put(
                    "Lora hashes",
                    model.adapters().stream()
                            .map(adapter -> Path.of(adapter.path()).getFileName() + ": "
                                    + adapter.hash().substring(0, SHORT_HASH))
                            .collect(Collectors.joining(", ")));
        }
        settings.put("Shift", number(request.shift()));
        settings.put("Noise level", number(request.noiseLevel()));
        settings.put("CFG schedule", request.cfgSchedule().id());
        settings.put("Use norm", Boolean.toString(request.useNorm()));
        if (request.contextNoise() > 0) {
            settings.put("Context noise", number(request.contextNoise()));
        }
        shortcuts(request.shortcuts(), settings);
        if (start != null) {
            settings.put("Kept rows", Integer.toString(request.start().rows()));
            settings.put("Start hash", start.sha256().substring(0, SHORT_HASH));
        }
        if (!request.positive().isEmpty()) {
            settings.put("Positive", request.positive());
        }
        settings.put("Version", "stipple " + version);
        return new GenerationParameters(request.prompt(), request.negative(), settings);
    }

    private static void shortcuts(Shortcuts shortcuts, Map<String, String> settings) {
        if (shortcuts.stepsEnd() != Shortcuts.NONE.stepsEnd()) {
            settings.put("Last steps", Integer.toString(shortcuts.stepsEnd()));
        }
        if (shortcuts.solver() != Shortcuts.NONE.solver()) {
            settings.put("Solver", shortcuts.solver().id());
        }
        if (shortcuts.reuse() != Shortcuts.NONE.reuse()) {
            settings.put("Velocity reuse", Integer.toString(shortcuts.reuse()));
        }
        if (shortcuts.reuseTolerance() != Shortcuts.NONE.reuseTolerance()) {
            settings.put("Reuse tolerance", number(shortcuts.reuseTolerance()));
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
    }
}
