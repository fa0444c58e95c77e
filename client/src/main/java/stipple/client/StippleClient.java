package stipple.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Draws with a Stipple server.
 *
 * <pre>{@code
 * try (var client = StippleClient.at("http://localhost:8080")) {
 *     client.draw(PictureRequest.of("a red apple").seed(7)).picture().save(Path.of("apple.png"));
 * }
 * }</pre>
 *
 * <p>May be used by many threads. All methods throw {@link StippleException} where the server refuses or is not there.
 */
public final class StippleClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int ATTEMPTS = 3;

    private final Transport transport;

    private StippleClient(Transport transport) {
        this.transport = transport;
    }

    /** A server that needs no key. */
    public static StippleClient at(String address) {
        return at(address, null, TIMEOUT, ATTEMPTS);
    }

    /** A server that needs a key. */
    public static StippleClient at(String address, String key) {
        return at(address, key, TIMEOUT, ATTEMPTS);
    }

    /**
     * A server.
     *
     * @param address such as {@code http://localhost:8080}
     * @param key as the server was told, or null
     * @param timeout until an answer begins, thus longer than a picture takes
     * @param attempts how often a request is sent while the server's queue is full, at least 1
     */
    public static StippleClient at(String address, String key, Duration timeout, int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1, not " + attempts);
        }
        URI base = URI.create(address.replaceFirst("/+(v1/*)?$", ""));
        return new StippleClient(new Transport(base, key, timeout, attempts));
    }

    /** Draws, or edits the request's picture, and waits for it. */
    public Drawn draw(PictureRequest request) {
        return Drawn.of(transport.json("POST", path(request), request.json()));
    }

    /**
     * Draws and shows each picture while it is being drawn.
     *
     * @param partials how often each is shown before it is finished, 1 to 3
     * @param shown is told of each, on the caller's thread
     */
    public Drawn draw(PictureRequest request, int partials, Consumer<Partial> shown) {
        ObjectNode body = request.json().put("stream", true).put("partial_images", partials);
        TreeMap<Integer, Picture> pictures = new TreeMap<>();
        JsonNode last = null;
        try (EventReader events = new EventReader(transport.open("POST", path(request), body))) {
            for (Optional<EventReader.Event> next = events.next(); next.isPresent(); next = events.next()) {
                String name = next.get().name();
                JsonNode data = next.get().data();
                Picture picture = Picture.of(data, data.path("output_format").asText("png"));
                if (name.equals("error")) {
                    throw StippleException.of(500, data);
                } else if (name.endsWith(".partial_image")) {
                    shown.accept(new Partial(
                            data.path("index").asInt(),
                            data.path("partial_image_index").asInt(),
                            picture));
                } else if (name.endsWith(".completed")) {
                    pictures.put(data.path("index").asInt(), picture);
                    last = data;
                }
            }
        }
        if (last == null) {
            throw new StippleException("The server ended the stream before a picture was finished", null);
        }
        return Drawn.of(last, new ArrayList<>(pictures.values()));
    }

    /**
     * A picture that is not finished; its seed is not told yet.
     *
     * @param index of the picture in the request
     * @param step how often it was shown before
     * @param picture with the rows that are there
     */
    public record Partial(int index, int step, Picture picture) {}

    /** Hands in what to draw and does not wait; jobs survive restarts of the server. */
    public Job submit(PictureRequest request) {
        return Job.of(transport.json("POST", "/v1/jobs", request.json()));
    }

    /** How a job is going. */
    public Job job(String id) {
        return Job.of(transport.json("GET", "/v1/jobs/" + id, null));
    }

    /**
     * Jobs in a state, the newest first, at most 100.
     *
     * @param state {@code queued}, {@code generating}, {@code completed}, {@code cancelled} or {@code failed}
     */
    public List<Job> jobs(String state) {
        List<Job> jobs = new ArrayList<>();
        transport
                .json("GET", "/v1/jobs?limit=100&state=" + URLEncoder.encode(state, UTF_8), null)
                .path("data")
                .forEach(job -> jobs.add(Job.of(job)));
        return List.copyOf(jobs);
    }

    /**
     * Waits until a job is over, even if connections break meanwhile.
     *
     * @param progress is told the fraction drawn, on the caller's thread
     */
    public Job await(String id, Consumer<Double> progress) {
        Job job = job(id);
        while (!job.over()) {
            try (EventReader events = new EventReader(transport.open("GET", "/v1/jobs/" + id + "/events", null))) {
                for (Optional<EventReader.Event> next = events.next(); next.isPresent(); next = events.next()) {
                    if (next.get().name().equals("progress")) {
                        progress.accept(next.get().data().path("fraction").asDouble());
                    }
                }
            } catch (StippleException broken) {
                // The job does not mind; only a server that is gone for good ends the waiting, by the question below.
                if (broken.status() != 0) {
                    throw broken;
                }
            }
            job = job(id);
        }
        return job;
    }

    /** The finished pictures of a job. */
    public List<Picture> pictures(Job job) {
        return job.pictures().stream()
                .sorted(Comparator.comparingInt(Job.Entry::index))
                .map(entry -> new Picture(
                        transport.bytes(
                                "GET",
                                "/v1/jobs/" + job.id() + "/pictures/" + entry.index() + "." + entry.format(),
                                null),
                        entry.format(),
                        entry.seed()))
                .toList();
    }

    /** Stops a job that waits or is being drawn. */
    public Job cancel(String id) {
        return Job.of(transport.json("POST", "/v1/jobs/" + id + "/cancel", Json.MAPPER.createObjectNode()));
    }

    /** Removes a job that is over, and its pictures. */
    public void delete(String id) {
        transport.bytes("DELETE", "/v1/jobs/" + id, null);
    }

    /** Names of the models that are served. */
    public List<String> models() {
        List<String> names = new ArrayList<>();
        transport
                .json("GET", "/v1/models", null)
                .path("data")
                .forEach(model -> names.add(model.path("id").asText()));
        return List.copyOf(names);
    }

    /** What the server can do: sizes, limits, fields with their ranges and defaults. */
    public JsonNode capabilities() {
        return transport.json("GET", "/capabilities", null);
    }

    private static String path(PictureRequest request) {
        return request.edits() ? "/v1/images/edits" : "/v1/images/generations";
    }

    @Override
    public void close() {
        transport.close();
    }
}
