package stipple.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.generate.RequestJson;
import stipple.server.picture.PictureFormat;

/**
 * Nothing is ignored: for every field of the served OpenAPI document, two requests that differ in nothing else have different
 * outcomes, or one is refused with the field's name. What merely repeats the request, such as the echoed parameters, does
 * not count as an outcome.
 */
class EveryFieldTest {
    private static final Set<String> REFUSED = Set.of("model", "background", "style", "mask", "input_fidelity");

    @TempDir
    static Path data;

    private static RunningServer server;
    private static JsonNode document;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        document = server.get("/openapi.json").json();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Another value than that of the plain request, and what both requests need so that the field matters. */
    private record Variation(Object value, Object... both) {}

    private static Map<String, Variation> variations() {
        Map<String, Variation> all = new HashMap<>();
        all.put("prompt", new Variation("a green pear"));
        all.put("model", new Variation("another"));
        all.put("n", new Variation(2));
        all.put("size", new Variation(otherSize()));
        all.put("quality", new Variation("high", "steps", null));
        all.put("output_format", new Variation("jpeg"));
        all.put("output_compression", new Variation(20, "output_format", "jpeg"));
        all.put("background", new Variation("transparent"));
        all.put("user", new Variation("me"));
        all.put("moderation", new Variation("low"));
        all.put("response_format", new Variation("url"));
        all.put("stream", new Variation(true));
        all.put("partial_images", new Variation(2, "stream", true));
        all.put("style", new Variation("vivid"));
        all.put("image", new Variation(picture(240), "image", picture(10)));
        all.put("mask", new Variation(picture(10)));
        all.put("input_fidelity", new Variation("high"));
        all.put("continue_from", new Variation(picture(240), "continue_from", picture(10), "rows", 2));
        all.put("rows", new Variation(3, "continue_from", picture(10), "rows", 1));
        all.put("positive", new Variation("best"));
        all.put("negative", new Variation("green"));
        all.put("seed", new Variation(2));
        all.put("steps", new Variation(5));
        all.put("steps_end", new Variation(1));
        all.put("cfg", new Variation(3));
        all.put("cfg_image", new Variation(3, "image", picture(10)));
        all.put("cfg_schedule", new Variation("linear-falling"));
        all.put("sampler", new Variation("s1"));
        all.put("solver", new Variation("heun"));
        all.put("noise_level", new Variation(0.9, "sampler", "s3-sde"));
        all.put("shift", new Variation(3));
        all.put("reuse", new Variation(3));
        all.put("reuse_tolerance", new Variation(1, "steps", 8));
        all.put("use_norm", new Variation(true));
        all.put("context_noise", new Variation(0.3));
        all.put("metadata", new Variation(true));
        all.put("previews", new Variation(true));
        return all;
    }

    private static String otherSize() {
        JsonNode sizes = server.get("/capabilities").json().at("/sizes/all");
        return sizes.valueStream()
                .map(JsonNode::asText)
                .filter(size -> !size.equals("64x64"))
                .findFirst()
                .orElseThrow();
    }

    private static String picture(int blue) {
        return Base64.getEncoder().encodeToString(TestPictures.file(64, 64, blue, PictureFormat.PNG));
    }

    @Test
    void every_field_of_a_generation_changes_the_outcome_or_is_refused() {
        check("GenerationRequest", "/v1/images/generations", false);
    }

    @Test
    void every_field_of_an_edit_changes_the_outcome_or_is_refused() {
        check("EditRequest", "/v1/images/edits", true);
    }

    @Test
    void every_field_of_a_job_changes_the_outcome_or_is_refused() {
        check("JobRequest", "/v1/jobs", false);
    }

    @Test
    void every_setting_of_the_engine_is_a_field() {
        Set<String> fields = new TreeSet<>();
        for (String schema : List.of("GenerationRequest", "EditRequest", "JobRequest")) {
            fields.addAll(document.at("/components/schemas/" + schema + "/properties").properties().stream()
                    .map(Map.Entry::getKey)
                    .toList());
        }
        Set<String> missing = new TreeSet<>(RequestJson.keys());
        missing.removeAll(fields);
        assertEquals(Set.of(), missing);
    }

    private static void check(String schema, String path, boolean picture) {
        Map<String, Variation> variations = variations();
        Map<ObjectNode, String> plain = new HashMap<>();
        List<String> silent = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        JsonNode properties = document.at("/components/schemas/" + schema + "/properties");
        assertTrue(properties.size() > 20, "fields of " + schema);
        properties.properties().forEach(entry -> {
            String name = entry.getKey();
            String canonical = properties.properties().stream()
                    .filter(field -> List.of(
                                    field.getValue().path("x-aliases").asText().split(", "))
                            .contains(name))
                    .map(Map.Entry::getKey)
                    .filter(field ->
                            !entry.getValue().path("description").asText().isEmpty())
                    .filter(field ->
                            entry.getValue().path("description").asText().contains("`" + field + "`"))
                    .findFirst()
                    .orElse(name);
            Variation variation = variations.get(canonical);
            if (variation == null) {
                throw new AssertionError("The field " + name + " is documented and not tested");
            }
            ObjectNode base = plain(variation, picture);
            String one = plain.computeIfAbsent(base, body -> outcome(path, body, "nothing"));
            base.remove(canonical);
            String other = outcome(path, base.setAll(RunningServer.fields(name, variation.value())), name);
            if (other.startsWith("refused")) {
                refused.add(canonical);
            }
            if (one.equals(other)) {
                silent.add(name);
            }
        });
        assertEquals(List.of(), silent, "fields without effect");
        assertTrue(REFUSED.containsAll(refused), "refused " + refused);
    }

    private static ObjectNode plain(Variation variation, boolean picture) {
        ObjectNode body = RunningServer.fields(
                "prompt", "a red apple", "seed", 1, "cfg", 2, "sampler", "ode", "steps", 3, "metadata", false);
        if (picture) {
            body.put("image", picture(40));
        }
        return body.setAll(RunningServer.fields(variation.both()));
    }

    /** What came of a request, without what differs each time and without what repeats the request. */
    private static String outcome(String path, ObjectNode body, String field) {
        RunningServer.Answer answer = server.post(path, body);
        if (answer.status() >= 400) {
            assertEquals(field, answer.json().at("/error/param").asText(), answer.body());
            return "refused " + answer.status();
        }
        if (path.equals("/v1/jobs")) {
            return job(answer.json().path("id").asText()) + answer.json().path("warnings");
        }
        if (answer.header("content-type").startsWith("text/event-stream")) {
            return GenerationsTest.events(answer.body()).stream()
                    .map(event -> without((ObjectNode) event))
                    .collect(Collectors.joining("\n", "stream\n", user(answer)));
        }
        return without((ObjectNode) answer.json()) + user(answer);
    }

    private static String without(ObjectNode answer) {
        assertFalse(answer.has("error"), answer.toString());
        answer.remove(List.of("parameters", "created", "created_at", "job"));
        for (JsonNode item : answer.path("data")) {
            if (item.has("url")) {
                ((ObjectNode) item).put("url", "an address");
            }
        }
        return answer.toString();
    }

    private static String user(RunningServer.Answer answer) {
        JsonNode newest = server.get("/v1/jobs?limit=1").json().at("/data/0");
        assertTrue(answer.body().contains(newest.path("id").asText()), "the newest job is another one");
        return newest.path("user").asText();
    }

    private static String job(String id) {
        String events = server.get("/v1/jobs/" + id + "/events").body();
        JsonNode job = server.finished(id);
        assertEquals("completed", job.path("state").asText(), job.toString());
        StringBuilder outcome = new StringBuilder(job.path("user").asText());
        outcome.append(events.contains("event: preview") ? " previewed " : " unseen ");
        for (JsonNode picture : job.path("pictures")) {
            outcome.append(picture.path("format").asText())
                    .append(picture.path("size").asText());
            outcome.append(
                    java.util.Arrays.hashCode(server.bytes(picture.path("url").asText())));
        }
        return outcome.toString();
    }
}
