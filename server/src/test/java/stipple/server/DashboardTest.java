package stipple.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the autoscaler ask for measurements, labels and addresses that a running server has. */
class DashboardTest {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Pattern METRIC = Pattern.compile("stipple_[a-z_]+");
    private static final Pattern SAMPLE = Pattern.compile("(stipple_[a-z_]+)(?:\\{(.*)})? [^ ]+");
    private static final Pattern GROUPS = Pattern.compile("by \\(([^)]*)\\)");

    /** Added by Prometheus to everything. */
    private static final Set<String> EVERYWHERE = Set.of("instance", "job");

    @TempDir
    Path data;

    /** The labels of each measurement of a server in which everything has happened. */
    private Map<String, Set<String>> measured() {
        Map<String, Set<String>> labels = new TreeMap<>();
        try (RunningServer server = RunningServer.start(ServerOptions.in(data), RunningServer.served(512))) {
            server.draw("/v1/images/generations", "prompt", "a");
            server.draw("/v1/images/generations", "prompt", "a", "nonsense", 1);
            String job = server.draw("/v1/jobs", "prompt", "a", "n", 10, "steps", 1000)
                    .json()
                    .path("id")
                    .asText();
            server.draw("/v1/jobs/" + job + "/cancel");
            server.finished(job);
            for (String path : Set.of("/health/live", "/health/ready", "/metrics")) {
                assertEquals(200, server.get(path).status(), path);
            }
            server.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        var sample = SAMPLE.matcher(line);
                        assertTrue(sample.matches(), line);
                        Set<String> names = labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
                        if (sample.group(2) != null) {
                            Pattern.compile("([a-z_]+)=\"")
                                    .matcher(sample.group(2))
                                    .results()
                                    .forEach(label -> names.add(label.group(1)));
                        }
                    });
        }
        return labels;
    }

    @Test
    void every_measurement_that_is_asked_for_is_there_with_its_labels_and_all_are_shown() throws IOException {
        Map<String, Set<String>> measured = measured();
        JsonNode dashboard = RunningServer.JSON.readTree(
                DEPLOY.resolve("grafana/dashboards/stipple.json").toFile());
        Set<String> shown = new TreeSet<>();
        for (String expression : dashboard.findValuesAsText("expr")) {
            Set<String> labels = new TreeSet<>(EVERYWHERE);
            METRIC.matcher(expression).results().map(MatchResult::group).forEach(metric -> {
                assertTrue(measured.containsKey(metric), metric + " is not among " + measured.keySet());
                labels.addAll(measured.get(metric));
                shown.add(metric.replaceFirst("_(bucket|count|sum)$", ""));
            });
            GROUPS.matcher(expression).results().forEach(groups -> {
                Set<String> wanted = new TreeSet<>(Arrays.asList(groups.group(1).split(", *")));
                assertTrue(labels.containsAll(wanted), expression + " has only the labels " + labels);
            });
        }
        Set<String> all = new TreeSet<>();
        measured.keySet().forEach(metric -> all.add(metric.replaceFirst("_(bucket|count|sum)$", "")));
        // Ended jobs are drawn as pictures, cancellations and errors.
        all.remove("stipple_jobs_total");
        assertEquals(all, shown, "what is measured and what is shown");

        String autoscaler = Files.readString(DEPLOY.resolve("kubernetes/autoscaler.yaml"));
        METRIC.matcher(autoscaler)
                .results()
                .map(MatchResult::group)
                .forEach(metric -> assertTrue(measured.containsKey(metric), metric));
    }
}
