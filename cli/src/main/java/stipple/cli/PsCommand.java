package stipple.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.client.Job;
import stipple.client.StippleClient;
import stipple.client.StippleException;
import stipple.server.ServerOptions;
import stipple.torch.UserException;

/** {@code stipple ps}. */
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        description = "Shows what a running server has loaded, and what it draws and is going to draw.",
        footer = {"", "Examples:", "  stipple ps", "  stipple ps --server http://gpu-box:8080 --json"})
final class PsCommand implements Callable<Integer> {
    private static final String HERE = "http://" + ServerOptions.LOOPBACK + ":" + ServerOptions.PORT;
    private static final int LONGEST_PROMPT = 60;

    @Spec
    private CommandSpec spec;

    @Option(names = "--server", paramLabel = "URL", description = "address of the server (default: " + HERE + ")")
    private String server = HERE;

    @Option(names = "--api-key", paramLabel = "KEY", description = "if it wants one; better set STIPPLE_API_KEY")
    private String key;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        try (StippleClient client = StippleClient.at(server, key)) {
            JsonNode model = client.capabilities().path("model");
            // What is being drawn comes first, then the queue in its order: the newest job stands last in it.
            List<Job> drawing = client.jobs("generating").reversed();
            List<Job> waiting = client.jobs("queued").reversed();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                print(out, model, drawing, waiting);
            } else {
                out.println(line(model));
                if (drawing.isEmpty() && waiting.isEmpty()) {
                    out.println("nothing to draw");
                }
                Stream.concat(drawing.stream(), waiting.stream()).forEach(job -> out.println(line(job)));
            }
            out.flush();
            return 0;
        } catch (StippleException failure) {
            throw new UserException(explained(failure), failure);
        } catch (IllegalArgumentException address) {
            throw new UserException("--server: '" + server + "' is not an address such as " + HERE, address);
        }
    }

    private String explained(StippleException failure) {
        return switch (failure.status()) {
            case 0 -> "No server answers at " + server + "; start one by: stipple serve, or name another by --server";
            case 401, 403 -> server + " wants an API key; give it by --api-key or STIPPLE_API_KEY";
            default -> server + ": " + failure.getMessage();
        };
    }

    private void print(PrintWriter out, JsonNode model, List<Job> drawing, List<Job> waiting) {
        new Report()
                .put("server", server)
                .put("model", model)
                .put("generating", drawing.size())
                .put("queued", waiting.size())
                .put("jobs", jobs(Stream.concat(drawing.stream(), waiting.stream())))
                .print(out, true);
    }

    private static JsonNode jobs(Stream<Job> jobs) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        jobs.forEach(job -> list.add(job.json()));
        return list;
    }

    private String line(JsonNode model) {
        return model.path("id").asText() + "  " + model.path("dtype").asText() + " on "
                + model.path("device").asText() + "  at " + server;
    }

    private static String line(Job job) {
        String prompt = job.json().at("/parameters/prompt").asText().replace('\n', ' ');
        String shown = prompt.length() > LONGEST_PROMPT ? prompt.substring(0, LONGEST_PROMPT - 1) + "…" : prompt;
        return job.id() + "  " + state(job) + "  " + shown;
    }

    private static String state(Job job) {
        if (job.state().equals("queued")) {
            return "queued, number " + job.json().path("position").asInt();
        }
        JsonNode eta = job.json().at("/progress/eta_seconds");
        return Math.round(100 * job.fraction()) + " % drawn"
                + (eta.isNumber() ? ", " + Math.round(eta.asDouble()) + " s left" : "");
    }
}
