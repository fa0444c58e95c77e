package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import stipple.server.draw.Drawer;
import stipple.server.http.ApiException;
import stipple.server.http.Call;
import stipple.server.http.Routes;
import stipple.server.jobs.JobService;
import stipple.server.metrics.ServerMetrics;

/** {@code /health}, {@code /metrics} and {@code /openapi.json}: for those who operate the server. */
final class OpsRoutes {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final JobService jobs;
    private final Drawer drawer;
    private final ServerMetrics metrics;
    private final ObjectNode openApi;

    OpsRoutes(JobService jobs, Drawer drawer, ServerMetrics metrics, ObjectNode openApi) {
        this.jobs = jobs;
        this.drawer = drawer;
        this.metrics = metrics;
        this.openApi = openApi;
    }

    void addTo(Routes routes) {
        routes.open("GET", "/health/live", this::live);
        routes.open("GET", "/health/ready", this::ready);
        routes.open(
                "GET",
                "/metrics",
                call -> call.bytes(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
        routes.open("GET", "/openapi.json", call -> call.json(200, openApi));
    }

    /** Whether the process can go on at all; if not, only a restart helps. */
    private void live(Call call) {
        if (!drawer.alive()) {
            throw ApiException.unavailable("engine_dead", "The engine's thread has ended", RETRY);
        }
        call.json(200, JsonNodeFactory.instance.objectNode().put("status", "ok"));
    }

    /** Whether new work should be sent here. */
    private void ready(Call call) {
        if (jobs.draining()) {
            throw ApiException.unavailable("shutting_down", "The server is shutting down", RETRY);
        }
        if (!drawer.alive()) {
            throw ApiException.unavailable("engine_dead", "The engine's thread has ended", RETRY);
        }
        jobs.store().ping();
        call.json(200, JsonNodeFactory.instance.objectNode().put("status", "ok"));
    }
}
