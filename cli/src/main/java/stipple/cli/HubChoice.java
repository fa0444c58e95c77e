package stipple.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;
import stipple.model.hub.HubOptions;

/** Options that choose the hub. The variables that other tools read for the same purposes are understood too. */
final class HubChoice {
    private static final Set<String> YES = Set.of("1", "true", "yes", "on");

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description = "address of the hub (default: HF_ENDPOINT, else " + HubOptions.HUGGING_FACE + ")")
    private String mirror;

    @Option(names = "--offline", description = "fetches nothing (also by HF_HUB_OFFLINE=1)")
    private boolean offline;

    @Option(names = "--connections", paramLabel = "N", description = "files fetched at a time, 1 to 16 (default: 4)")
    private Integer connections;

    /** What was chosen; the token comes from HF_TOKEN alone, because command lines are seen by all users of a machine. */
    HubOptions options(Map<String, String> environment) {
        String address = mirror == null ? environment.getOrDefault("HF_ENDPOINT", HubOptions.HUGGING_FACE) : mirror;
        boolean forbidden =
                YES.contains(environment.getOrDefault("HF_HUB_OFFLINE", "").toLowerCase(Locale.ROOT));
        HubOptions options = HubOptions.at(address)
                .withToken(Optional.ofNullable(environment.get("HF_TOKEN")))
                .withOffline(offline || forbidden);
        return connections == null ? options : options.withConnections(connections);
    }
}
