package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import stipple.server.draw.Drawer;
import stipple.server.draw.ServedModel;
import stipple.server.http.Routes;
import stipple.server.jobs.JobService;
import stipple.server.metrics.ServerMetrics;
import stipple.server.runs.RunFolders;

/** All routes of a server. */
public final class Api {
    private Api() {}

    /**
     * Adds them.
     *
     * @param aliases other names of the model, for clients that insist on one
     * @param runs where training runs and evaluation reports lie
     * @param publicUrl by which clients know the server, or null for the name they call it by
     */
    public static void addTo(
            Routes routes,
            ServedModel model,
            Drawer drawer,
            JobService jobs,
            ServerMetrics metrics,
            ServerLimits limits,
            List<String> aliases,
            RunFolders runs,
            URI publicUrl) {
        Set<String> names = new LinkedHashSet<>();
        names.add(model.id());
        names.addAll(aliases);
        ApiFields fields = new ApiFields(model, limits.pictures());
        RequestReader reader = new RequestReader(model, fields, names);
        Addresses addresses = new Addresses(publicUrl);
        new ImageRoutes(jobs, reader, new AnswerJson(model, addresses), limits.call()).addTo(routes);
        new JobRoutes(jobs, reader, new JobJson(jobs, addresses)).addTo(routes);
        new RunRoutes(runs).addTo(routes);
        new ModelRoutes(model, fields, List.copyOf(names), limits).addTo(routes);
        // The document describes itself too.
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        new OpsRoutes(jobs, drawer, metrics, document).addTo(routes);
        document.setAll(OpenApiDocument.of(fields, routes.known()));
        StudioFiles studio = new StudioFiles();
        routes.finish(call -> studio.answer(call, call.address()));
    }
}
