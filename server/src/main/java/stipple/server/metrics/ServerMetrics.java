package stipple.server.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/** The counters, gauges and histograms of one server, in the text format of Prometheus. */
public final class ServerMetrics {
    private static final double[] REQUEST_SECONDS = {0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1200};
    private static final double[] DRAW_SECONDS = {0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 3600};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter pictures = counter("stipple_pictures", "Pictures finished", "kind");
    private final Counter tokens = counter("stipple_image_tokens", "Image tokens drawn");
    private final Counter jobs = counter("stipple_jobs", "Jobs and calls that are over", "state");
    private final Counter cancellations = counter("stipple_cancellations", "Jobs and calls that were cancelled", "by");
    private final Counter errors = counter("stipple_errors", "Refused or failed requests and jobs", "code");
    private final Counter recovered = counter("stipple_jobs_recovered", "Jobs taken up again after their process died");
    private final Histogram requests = histogram(
            "stipple_http_request_duration_seconds",
            "Time from a request's head to its answer's end",
            REQUEST_SECONDS,
            "route",
            "method",
            "status");
    private final Histogram waits =
            histogram("stipple_queue_wait_seconds", "Time from acceptance to the first stroke", DRAW_SECONDS);
    private final Histogram drawings =
            histogram("stipple_job_duration_seconds", "Time from the first stroke to the last", DRAW_SECONDS, "kind");
    private final Histogram firstRows =
            histogram("stipple_first_row_seconds", "Time from the first stroke to the first row", DRAW_SECONDS);

    /** Adds a gauge that is read when somebody looks. */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    /** A request was answered; the route is a pattern, not an address. */
    public void answered(String route, String method, int status, Duration time) {
        requests.labelValues(route, method, Integer.toString(status)).observe(seconds(time));
    }

    /** A request was refused or a job failed. */
    public void error(String code) {
        errors.labelValues(code).inc();
    }

    /** Drawing began. */
    public void started(Duration waited) {
        waits.observe(seconds(waited));
    }

    /** The first row of a job is there. */
    public void firstRow(Duration time) {
        firstRows.observe(seconds(time));
    }

    /** Tokens were drawn. */
    public void tokens(int count) {
        tokens.inc(count);
    }

    /** A picture is finished. */
    public void picture(String kind) {
        pictures.labelValues(kind).inc();
    }

    /** A job is over. */
    public void over(String state, String kind, Duration time) {
        jobs.labelValues(state).inc();
        drawings.labelValues(kind).observe(seconds(time));
    }

    /** A job ended because of its client, an operator, or the server's own end. */
    public void cancelled(String by) {
        cancellations.labelValues(by).inc();
    }

    /** Jobs of dead processes were taken up again. */
    public void recovered(int count) {
        recovered.inc(count);
    }

    /** Everything, as {@code text/plain; version=0.0.4}. */
    public byte[] scrape() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ExpositionFormats.init().getPrometheusTextFormatWriter().write(out, registry.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing to memory failed", impossible);
        }
        return out.toByteArray();
    }

    private static double seconds(Duration time) {
        return Unit.nanosToSeconds(time.toNanos());
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    private Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry);
    }
}
