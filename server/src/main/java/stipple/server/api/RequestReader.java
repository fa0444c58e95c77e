package stipple.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import stipple.model.config.GenerationDefaults;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.RequestJson;
import stipple.model.generate.RequestTokens;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.server.api.ApiField.Place;
import stipple.server.draw.ServedModel;
import stipple.server.http.ApiException;
import stipple.server.http.Call;
import stipple.server.picture.PictureFormat;
import stipple.server.store.JobSpec;
import stipple.server.store.SentPictures;
import stipple.torch.UserException;

/** From a request's body to what is to be drawn. Everything that is given is used, or refused by name, or warned about. */
final class RequestReader {
    /** Seeds that are drawn have at most ten digits, so that people can copy them. */
    private static final long RANDOM_SEEDS = 1L << 32;

    private final ServedModel model;
    private final ApiFields fields;
    private final Set<String> modelNames;

    RequestReader(ServedModel model, ApiFields fields, Set<String> modelNames) {
        this.model = model;
        this.fields = fields;
        this.modelNames = modelNames;
    }

    /**
     * Reads a request.
     *
     * @throws ApiException naming the field that is wrong
     */
    DrawOrder read(Call call, Place place) {
        GivenFields body = GivenFields.read(call);
        NamedFields given = NamedFields.of(body, fields, place);
        modelKnown(given);
        Optional<GivenPicture> picture = GivenPicture.of(given, "image");
        Optional<GivenPicture> start = GivenPicture.of(given, ApiFields.CONTINUE_FROM);
        rowsAndStart(given, start.isPresent());
        if (place == Place.EDIT && picture.isEmpty()) {
            throw ApiException.invalid("image", "missing_required_parameter", "There is no 'image' to edit");
        }
        if (!given.has("prompt")) {
            throw ApiException.invalid("prompt", "missing_required_parameter", "There is no 'prompt'");
        }
        boolean stream = given.flag("stream", false);
        int partials = given.integer("partial_images", 0);
        if (partials > 0 && !stream) {
            throw ApiException.invalid(
                    "partial_images", "unusable_parameter", "'partial_images' has no effect without 'stream': true");
        }
        PictureFormat format =
                PictureFormat.of(given.text("output_format", "png")).orElseThrow();
        int compression = given.integer("output_compression", 100);
        if (!format.lossy() && compression != 100) {
            throw ApiException.invalid(
                    "output_compression",
                    "unusable_parameter",
                    "'output_compression' has no effect on png; use the output_format jpeg or webp");
        }
        String quality = quality(given);
        PixelImage input = picture.map(GivenPicture::decode).orElse(null);
        PixelImage beginning = start.map(GivenPicture::decode).orElse(null);
        GenerationRequest request = request(given, place, quality, input, beginning, partials);
        RequestTokens tokens = tokens(request, given);
        JobSpec spec = new JobSpec(
                RequestJson.write(request),
                picture.map(GivenPicture::reference),
                start.map(GivenPicture::reference),
                format,
                compression,
                quality,
                given.flag("metadata", true),
                given.text("user", ""),
                call.id(),
                tokens.text(),
                tokens.image(),
                tokens.drawn());
        return new DrawOrder(
                spec,
                new SentPictures(
                        picture.map(GivenPicture::content).orElse(null),
                        start.map(GivenPicture::content).orElse(null)),
                stream,
                given.text("response_format", "b64_json").equals("url"),
                warnings(given));
    }

    private void modelKnown(NamedFields given) {
        String wanted = given.text("model", model.id());
        if (!modelNames.contains(wanted)) {
            throw ApiException.notFound(
                    "model",
                    "model_not_found",
                    "The model '" + wanted + "' is not served here; use '" + model.id() + "' or leave it out");
        }
    }

    private void rowsAndStart(NamedFields given, boolean start) {
        if (start && !given.has(ApiFields.ROWS)) {
            throw ApiException.invalid(
                    ApiFields.ROWS,
                    "missing_required_parameter",
                    "'continue_from' needs 'rows', the rows of tokens to keep; a row is "
                            + model.config().latent().pixelsPerToken() + " pixels high");
        }
        if (!start && given.has(ApiFields.ROWS)) {
            String name = given.nameOf(ApiFields.ROWS);
            throw ApiException.invalid(
                    name,
                    "unusable_parameter",
                    "'" + name + "' says how much to keep of a picture; send one as 'continue_from'");
        }
    }

    private static String quality(NamedFields given) {
        String quality = given.text("quality", "auto");
        if (given.has("steps") && !Quality.neutral(quality)) {
            throw ApiException.invalid(
                    "quality",
                    "unusable_parameter",
                    "'quality' and '" + given.nameOf("steps") + "' both set the steps; leave one out");
        }
        return quality;
    }

    private GenerationRequest request(
            NamedFields given, Place place, String quality, PixelImage input, PixelImage start, int partials) {
        GenerationDefaults defaults = model.config().generation();
        Map<String, JsonNode> values = new LinkedHashMap<>();
        Map<String, String> names = new HashMap<>();
        given.values().forEach((name, value) -> {
            String key = ApiFields.key(name);
            if (RequestJson.keys().contains(key)) {
                values.put(key, value);
                names.put(key, given.nameOf(name));
            }
        });
        if (given.text("size", "auto").equals("auto")) {
            values.remove("size");
        } else {
            values.put("size", new TextNode(given.text("size", "")));
        }
        if (!Quality.neutral(quality)) {
            values.put("steps", new IntNode(Quality.steps(quality, defaults.steps())));
        }
        if (place != Place.JOB) {
            values.put("previews", new IntNode(partials));
        }
        ImageSize size = Stream.of(Optional.ofNullable(input), Optional.ofNullable(start))
                .flatMap(Optional::stream)
                .findFirst()
                .map(shape -> model.sizes().nearest(shape.size()))
                .orElse(new ImageSize(defaults.width(), defaults.height()));
        long seed = ThreadLocalRandom.current().nextLong(RANDOM_SEEDS);
        GenerationRequest request =
                new RequestBuilding(defaults, input, start, size, seed).build(values, names, Set.of("previews"));
        try {
            model.sizes().require(request.size());
        } catch (UserException unsupported) {
            throw ApiException.invalid("size", "invalid_value", unsupported.getMessage());
        }
        if (request.start() != null) {
            somethingLeft(request, given.nameOf(ApiFields.ROWS));
        }
        return request;
    }

    private void somethingLeft(GenerationRequest request, String name) {
        int pixels = model.config().latent().pixelsPerToken();
        try {
            request.start().require(request.size().height() / pixels, pixels);
        } catch (UserException tooMany) {
            throw ApiException.invalid(name, "invalid_value", String.valueOf(tooMany.getMessage()));
        }
    }

    private RequestTokens tokens(GenerationRequest request, NamedFields given) {
        try {
            return model.check(request);
        } catch (UserException mistake) {
            String message = String.valueOf(mistake.getMessage());
            String field = message.contains("negative prompt")
                    ? "negative"
                    : message.contains("positive prompt") ? "positive" : "prompt";
            throw ApiException.invalid(given.nameOf(field), "invalid_value", message);
        }
    }

    private static List<String> warnings(NamedFields given) {
        List<String> warnings = new ArrayList<>();
        if (given.has("moderation")) {
            warnings.add("'moderation' has no effect: this server does not moderate");
        }
        return List.copyOf(warnings);
    }
}
