package stipple.train.parallel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.torch.ProcessGroup.Transport;
import stipple.torch.Rendezvous;
import stipple.torch.UserException;

/**
 * This process's place among those that train together, as launchers such as torchrun and Kubeflow describe it.
 *
 * @param rank number of this process, from 0
 * @param size number of processes
 * @param localRank number of this process on its machine, from 0
 * @param meeting where the processes meet, or null for one process alone
 * @param transport the library that moves data
 * @param timeout limit for joining and for every operation between processes
 * @param sharded whether each process keeps the optimiser's moments of its share of the parameters only
 */
public record Cluster(
        int rank, int size, int localRank, Rendezvous meeting, Transport transport, Duration timeout, boolean sharded) {
    private static final List<String> REQUIRED = List.of("MASTER_ADDR", "MASTER_PORT", "RANK", "WORLD_SIZE");
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /** One process alone. */
    public static final Cluster ALONE = new Cluster(0, 1, 0, null, Transport.GLOO, TIMEOUT, false);

    /** Whether there is but one process. */
    public boolean alone() {
        return size == 1;
    }

    /**
     * Reads {@code MASTER_ADDR}, {@code MASTER_PORT}, {@code RANK}, {@code WORLD_SIZE} and, if there, {@code LOCAL_RANK};
     * without any of them the process is alone. {@code STIPPLE_TRANSPORT} (gloo or nccl), {@code STIPPLE_TIMEOUT}
     * (seconds) and {@code STIPPLE_SHARD_MOMENTS} (true or false) say how to work together.
     *
     * @throws UserException if the variables contradict each other
     */
    public static Cluster fromEnvironment(Map<String, String> environment) {
        List<String> missing = new ArrayList<>(REQUIRED);
        missing.removeIf(name -> !environment.getOrDefault(name, "").isBlank());
        if (missing.size() == REQUIRED.size()) {
            return ALONE;
        }
        if (!missing.isEmpty()) {
            throw new UserException("Training on several processes needs " + String.join(", ", REQUIRED) + "; "
                    + String.join(", ", missing) + (missing.size() == 1 ? " is" : " are")
                    + " not set (unset all four to train in one process)");
        }
        int size = number(environment, "WORLD_SIZE", 1, 65_536);
        int rank = number(environment, "RANK", 0, 65_536);
        if (rank >= size) {
            throw new UserException(
                    "RANK=" + rank + " does not fit WORLD_SIZE=" + size + "; ranks run from 0 to " + (size - 1));
        }
        int localRank = environment.containsKey("LOCAL_RANK") ? number(environment, "LOCAL_RANK", 0, rank) : 0;
        boolean hosted = "True".equals(environment.get("TORCHELASTIC_USE_AGENT_STORE"));
        // Attempts after a restart share the agent's store, so each gets keys of its own.
        String attempt = hosted ? "attempt-" + environment.getOrDefault("TORCHELASTIC_RESTART_COUNT", "0") : "";
        Rendezvous meeting = new Rendezvous(
                environment.get("MASTER_ADDR").strip(), number(environment, "MASTER_PORT", 1, 65_535), hosted, attempt);
        int seconds = environment.containsKey("STIPPLE_TIMEOUT")
                ? number(environment, "STIPPLE_TIMEOUT", 1, 86_400)
                : (int) TIMEOUT.toSeconds();
        return new Cluster(
                rank,
                size,
                localRank,
                meeting,
                Transport.ofName(environment.getOrDefault("STIPPLE_TRANSPORT", "gloo")),
                Duration.ofSeconds(seconds),
                flag(environment, "STIPPLE_SHARD_MOMENTS"));
    }

    private static int number(Map<String, String> environment, String name, int low, int high) {
        String text = environment.get(name).strip();
        try {
            int value = Integer.parseInt(text);
            if (value >= low && value <= high) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new UserException(name + " must be a whole number, got '" + text + "'", e);
        }
        throw new UserException(name + " must be between " + low + " and " + high + ", got " + text);
    }

    private static boolean flag(Map<String, String> environment, String name) {
        String text = environment.getOrDefault(name, "false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new UserException(name + " must be true or false, got '" + text + "'");
        };
    }
}
