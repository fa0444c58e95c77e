package stipple.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import stipple.model.config.GenerationDefaults;
import stipple.model.files.JsonObjectFile;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.RequestBuilder;
import stipple.model.generate.RequestJson;
import stipple.model.generate.UnusedSettings;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.server.http.ApiException;
import stipple.torch.UserException;

/**
 * Makes the engine's request from fields. The engine says in words what is wrong with a request; clients also want the
 * field's name, which is found by leaving fields out.
 */
final class RequestBuilding {
    private final GenerationDefaults defaults;
    private final PixelImage input;
    private final PixelImage start;
    private final ImageSize size;
    private final long randomSeed;

    /**
     * Requests of one kind.
     *
     * @param input the picture to edit, or null
     * @param start the picture to continue, or null
     * @param size where none is given
     * @param randomSeed where none is given
     */
    RequestBuilding(GenerationDefaults defaults, PixelImage input, PixelImage start, ImageSize size, long randomSeed) {
        this.defaults = defaults;
        this.input = input;
        this.start = start;
        this.size = size;
        this.randomSeed = randomSeed;
    }

    /**
     * Makes a request.
     *
     * @param given values by {@linkplain RequestJson#keys() key}
     * @param names how the client called the keys
     * @param free keys that may be pointless, because the client did not choose them
     * @throws ApiException 400 naming the field that does not fit
     */
    GenerationRequest build(Map<String, JsonNode> given, Map<String, String> names, Set<String> free) {
        GenerationRequest request;
        try {
            request = attempt(given);
        } catch (UserException mistake) {
            throw blamed(mistake, given, names);
        }
        for (String key : given.keySet()) {
            try {
                if (!free.contains(key)) {
                    UnusedSettings.refuse(Set.of(key), request);
                }
            } catch (UserException pointless) {
                throw ApiException.invalid(
                        names.getOrDefault(key, key), "unusable_parameter", told(key, names, pointless));
            }
        }
        return request;
    }

    private GenerationRequest attempt(Map<String, JsonNode> given) {
        var json = JsonObjectFile.newObject();
        json.setAll(given);
        RequestBuilder builder =
                GenerationRequest.with(defaults).size(size).seed(randomSeed).input(input);
        if (input != null) {
            builder.cfgImage(defaults.cfgImage());
        }
        if (given.containsKey(ApiFields.key(ApiFields.ROWS))) {
            // Only with its rows, so that a request without them tells about the field that was left in.
            builder.continueFrom(start);
        }
        RequestJson.apply(
                JsonObjectFile.parse("The request", json.toString().getBytes(StandardCharsets.UTF_8)), builder);
        return builder.build();
    }

    private ApiException blamed(UserException mistake, Map<String, JsonNode> given, Map<String, String> names) {
        // A field without which the rest fits is to blame; among several mistakes the first that fails by itself.
        Predicate<String> decides = name -> failure(without(given, name)).isEmpty();
        Predicate<String> failsAlone =
                name -> failure(Map.of(name, given.get(name))).isPresent();
        String key = Stream.of(decides.and(failsAlone), decides, failsAlone)
                .flatMap(sort -> given.keySet().stream().filter(sort))
                .findFirst()
                .orElse(null);
        UserException why =
                key == null ? mistake : failure(Map.of(key, given.get(key))).orElse(mistake);
        return ApiException.invalid(
                key == null ? null : names.getOrDefault(key, key), "invalid_value", told(key, names, why));
    }

    private Optional<UserException> failure(Map<String, JsonNode> given) {
        try {
            attempt(given);
            return Optional.empty();
        } catch (UserException mistake) {
            return Optional.of(mistake);
        }
    }

    private static Map<String, JsonNode> without(Map<String, JsonNode> given, String name) {
        Map<String, JsonNode> rest = new LinkedHashMap<>(given);
        rest.remove(name);
        return rest;
    }

    private static String told(String key, Map<String, String> names, UserException mistake) {
        String message = String.valueOf(mistake.getMessage());
        String name = key == null ? "" : names.getOrDefault(key, key);
        return message.contains("'" + name + "'") || name.isEmpty() ? message : "'" + name + "': " + message;
    }
}
