package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.ModelConfig;
import stipple.model.image.ImageSize;
import stipple.server.api.ApiField.Place;
import stipple.server.draw.ServedModel;
import stipple.server.http.ApiException;
import stipple.server.http.Call;
import stipple.server.http.Routes;
import stipple.server.picture.PictureFormat;
import stipple.server.picture.UploadedPicture;

/** {@code /v1/models} and {@code /capabilities}: what is served, what it can do, and by which settings. */
final class ModelRoutes {
    private final ServedModel model;
    private final ApiFields fields;
    private final List<String> names;
    private final ServerLimits limits;
    private final long loaded = System.currentTimeMillis() / 1000;

    /**
     * Routes.
     *
     * @param names by which the model goes, its own first
     */
    ModelRoutes(ServedModel model, ApiFields fields, List<String> names, ServerLimits limits) {
        this.model = model;
        this.fields = fields;
        this.names = names;
        this.limits = limits;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/v1/models", this::list);
        routes.add("GET", "/v1/models/{model}", this::show);
        routes.add("GET", "/capabilities", call -> call.json(200, capabilities()));
    }

    private void list(Call call) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("object", "list");
        names.forEach(name -> json.withArray("data").add(entry(name)));
        call.json(200, json);
    }

    private void show(Call call) {
        String name = call.path("model");
        if (!names.contains(name)) {
            throw ApiException.notFound("model", "model_not_found", "The model '" + name + "' is not served here");
        }
        call.json(200, entry(name));
    }

    private ObjectNode entry(String name) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", name).put("object", "model").put("created", loaded).put("owned_by", "stipple");
        json.withArray("capabilities").add("image_generation");
        if (model.config().edits()) {
            json.withArray("capabilities").add("image_edit");
        }
        return json;
    }

    private ObjectNode capabilities() {
        ModelConfig config = model.config();
        GenerationDefaults defaults = config.generation();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("software", "stipple").put("version", ServedModel.VERSION);
        ObjectNode about = json.putObject("model");
        about.put("id", model.id()).put("parameters", model.checkpoint().parameters());
        about.put("dtype", model.machine().dtype())
                .put("device", model.machine().device());
        about.put("pixels_per_token", config.latent().pixelsPerToken());
        names.stream().skip(1).forEach(about.withArray("aliases")::add);
        json.withArray("modes").add("generation");
        if (config.edits()) {
            json.withArray("modes").add("edit");
        }
        json.put("streaming", true).put("jobs", true);
        ObjectNode sizes = json.putObject("sizes");
        sizes.put("default", new ImageSize(defaults.width(), defaults.height()).toString());
        model.sizes().sizes().forEach(size -> sizes.withArray("all").add(size.toString()));
        for (PictureFormat format : PictureFormat.values()) {
            json.withArray("output_formats").add(format.id());
        }
        ObjectNode parameters = json.putObject("parameters");
        for (Place place : Place.values()) {
            if (place == Place.EDIT && !config.edits()) {
                continue;
            }
            ObjectNode of = parameters.putObject(place.name().toLowerCase(Locale.ROOT));
            fields.of(place).stream()
                    .filter(field -> field.refusal().isEmpty())
                    .forEach(field -> of.set(field.name(), OpenApiDocument.schema(field)));
        }
        ObjectNode limit = json.putObject("limits");
        limit.put("pictures_per_request", limits.pictures());
        limit.put("waiting_jobs", limits.waiting());
        limit.put("body_bytes", limits.bodyBytes());
        limit.put("input_pixels", UploadedPicture.MAX_PIXELS);
        limit.put("call_seconds", limits.call().toSeconds());
        limit.put("kept_seconds", limits.keep().toSeconds());
        return json;
    }
}
