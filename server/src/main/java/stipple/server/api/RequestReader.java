package stipple.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import stipple.model.config.GenerationDefaults;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.InputReference;
import stipple.model.generate.RequestJson;
import stipple.model.generate.RequestTokens;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.server.api.ApiField.Place;
import stipple.server.draw.ServedModel;
import stipple.server.http.ApiException;
import stipple.server.http.Call;
import stipple.server.picture.PictureFormat;
import stipple.server.picture.UploadedPicture;
import stipple.server.store.JobSpec;
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
        Optional<GivenPicture> picture = GivenPicture.of(body, given);
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
        GenerationRequest request = request(given, place, quality, input, partials > 0);
        RequestTokens tokens = tokens(request, given);
        JobSpec spec = new JobSpec(
                RequestJson.write(request),
                picture.map(GivenPicture::reference),
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
                picture.map(GivenPicture::content).orElse(null),
                stream,
                partials,
                given.text("response_format", "b64_json").equals("url"),
                request.size().height() / model.config().latent().pixelsPerToken(),
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
            NamedFields given, Place place, String quality, PixelImage input, boolean previews) {
        GenerationDefaults defaults = model.config().generation();
        Map<String, JsonNode> values = new LinkedHashMap<>();
        given.values().forEach((name, value) -> {
            if (RequestJson.keys().contains(name)) {
                values.put(name, value);
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
            values.put("previews", BooleanNode.valueOf(previews));
        }
        ImageSize size = input == null
                ? new ImageSize(defaults.width(), defaults.height())
                : model.sizes().nearest(input.size());
        long seed = ThreadLocalRandom.current().nextLong(RANDOM_SEEDS);
        GenerationRequest request =
                new RequestBuilding(defaults, input, size, seed).build(values, given.names(), Set.of("previews"));
        try {
            model.sizes().require(request.size());
        } catch (UserException unsupported) {
            throw ApiException.invalid("size", "invalid_value", unsupported.getMessage());
        }
        return request;
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

    /**
     * The picture to edit as it was sent.
     *
     * @param name how the client calls it
     * @param content its file
     */
    @SuppressWarnings("ArrayRecordComponent") // the file is the point; never compared by equals
    private record GivenPicture(String name, byte[] content) {
        static Optional<GivenPicture> of(GivenFields body, NamedFields given) {
            Optional<GivenPicture> coded = Optional.ofNullable(given.values().get("image"))
                    .map(value -> new GivenPicture("image", Base64Picture.decode(value.asText())));
            List<GivenPicture> files = body.files().stream()
                    .map(file -> new GivenPicture(file.fileName(), file.content()))
                    .toList();
            if (files.size() + (coded.isPresent() ? 1 : 0) > 1) {
                throw ApiException.invalid("image", "invalid_value", "The model edits one picture at a time");
            }
            return coded.or(() -> files.stream().findFirst());
        }

        PixelImage decode() {
            try {
                return UploadedPicture.decode(name.isEmpty() ? "image" : name, content);
            } catch (UserException unreadable) {
                throw ApiException.invalid("image", "invalid_image", String.valueOf(unreadable.getMessage()));
            }
        }

        InputReference reference() {
            return new InputReference(name.isEmpty() ? "image" : name, Base64Picture.sha256(content));
        }
    }
}
