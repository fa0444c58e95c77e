package stipple.model.generate;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import stipple.model.files.JsonObjectFile;
import stipple.model.image.PngMetadata;
import stipple.model.load.AdapterIdentity;
import stipple.model.load.ModelIdentity;
import stipple.torch.UserException;

/**
 * A {@link Provenance} read back from a picture, to draw that picture again.
 *
 * @param version the version of Stipple that drew it
 * @param model the weights it was drawn with
 * @param machine where and in which type it was computed
 * @param index which picture of the request it is
 * @param request the request's {@linkplain RequestJson keys}; those that its version did not know yet are missing
 * @param input the picture that was edited, if it was an edit
 * @param start the picture that was continued, if one was
 */
public record StoredSettings(
        String version,
        ModelIdentity model,
        Provenance.Machine machine,
        int index,
        JsonObjectFile request,
        Optional<InputReference> input,
        Optional<InputReference> start) {
    /**
     * Reads them from a PNG file.
     *
     * @throws UserException if the file is no PNG, was not drawn by Stipple, or its settings are incomplete
     */
    public static StoredSettings read(Path png) {
        String text = PngMetadata.read(png)
                .find(PngMetadata.STIPPLE)
                .orElseThrow(() -> new UserException(
                        png + " has no settings to draw it again by; only pictures that stipple wrote have them"));
        JsonObjectFile json = JsonObjectFile.parse("The settings in " + png, text.getBytes(StandardCharsets.UTF_8));
        JsonObjectFile model = part(json, "model");
        JsonObjectFile request = part(json, "request");
        TreeSet<String> missing = new TreeSet<>(RequestJson.original());
        missing.removeIf(request::has);
        if (!missing.isEmpty()) {
            throw new UserException(request.where() + " lack " + String.join(", ", missing));
        }
        return new StoredSettings(
                text(json, "version"),
                new ModelIdentity(
                        text(model, "name"), text(model, "sha256"), text(model, "vae_sha256"), adapters(model)),
                new Provenance.Machine(
                        text(json, "dtype"),
                        text(json, "device"),
                        text(json, "cpu"),
                        json.integer("threads"),
                        json.text("quantize", null)),
                json.integer("index"),
                request,
                reference(json, "input"),
                reference(json, "start"));
    }

    private static Optional<InputReference> reference(JsonObjectFile json, String key) {
        return json.object(key).map(file -> new InputReference(text(file, "path"), text(file, "sha256")));
    }

    private static List<AdapterIdentity> adapters(JsonObjectFile model) {
        List<AdapterIdentity> adapters = new ArrayList<>();
        for (JsonNode adapter : model.node().path("lora")) {
            if (!adapter.path("path").isTextual()
                    || !adapter.path("scale").isNumber()
                    || !adapter.path("sha256").isTextual()) {
                throw new UserException(model.where() + " name a LoRA adapter without path, scale and sha256");
            }
            adapters.add(new AdapterIdentity(
                    adapter.path("path").textValue(),
                    adapter.path("scale").doubleValue(),
                    adapter.path("sha256").textValue()));
        }
        return adapters;
    }

    /** Sets up a request for this picture alone, which is the first one of its own seed. */
    public void applyTo(RequestBuilder builder) {
        RequestJson.apply(request, builder);
        builder.seed(request.node().get("seed").longValue() + index).count(1).previews(Previews.NONE);
    }

    private static JsonObjectFile part(JsonObjectFile json, String key) {
        return json.object(key).orElseThrow(() -> new UserException(json.where() + " have no '" + key + "'"));
    }

    private static String text(JsonObjectFile json, String key) {
        String text = json.text(key, "");
        if (text.isEmpty()) {
            throw new UserException(json.where() + " have no '" + key + "'");
        }
        return text;
    }
}
