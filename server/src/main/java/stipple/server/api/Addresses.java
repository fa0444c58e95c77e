package stipple.server.api;

import java.net.URI;
import java.util.Optional;
import stipple.server.http.Call;
import stipple.server.store.Job;
import stipple.server.store.StoredPicture;

/**
 * Addresses that answers name.
 *
 * @param base by which clients know the server, or null for the name they called it by
 */
record Addresses(URI base) {
    String of(Call call, StoredPicture picture) {
        return origin(call) + "/v1/jobs/" + picture.job() + "/pictures/" + picture.position() + "."
                + picture.format().id();
    }

    String of(Call call, Job job, String part) {
        return origin(call) + "/v1/jobs/" + job.id() + part;
    }

    private String origin(Call call) {
        return Optional.ofNullable(base)
                .map(url -> url.toString().replaceFirst("/+$", ""))
                .orElseGet(() -> "http://" + call.header("Host").orElse("localhost"));
    }
}
