package stipple.torch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts up a number of its own in the group's store every second, over a connection of its own. When a collective
 * operation fails, the numbers that stand still tell which ranks are gone, which libtorch's errors do not.
 */
final class Heartbeat implements AutoCloseable {
    private static final long BEAT_MILLIS = 1_000;
    private static final long WATCH_MILLIS = 4 * BEAT_MILLIS;

    private final GroupStore store;
    private final int rank;
    private final int size;
    private final Thread thread;
    private volatile boolean stopped;

    Heartbeat(GroupStore store, int rank, int size) {
        this.store = store;
        this.rank = rank;
        this.size = size;
        thread = Thread.ofPlatform().daemon().name("group-heartbeat").start(this::beat);
    }

    private static String key(int rank) {
        return "alive/" + rank;
    }

    private void beat() {
        try {
            while (!stopped) {
                store.increment(key(rank));
                Thread.sleep(BEAT_MILLIS);
            }
        } catch (InterruptedException | RuntimeException end) {
            // Asked to stop, or the store is gone: the next collective operation reports that with more to say.
            stopped = true;
        }
    }

    /** What can be said about the other ranks after a failure. */
    String diagnose() {
        AtomicReference<String> found = new AtomicReference<>();
        Thread reader = Thread.ofPlatform().daemon().name("group-diagnosis").start(() -> found.set(observe()));
        try {
            // A frozen store answers nothing at all, so the question has a limit of its own.
            reader.join(Duration.ofMillis(2 * WATCH_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String text = found.get();
        return text != null ? text : "rank 0, which hosts the store, does not answer";
    }

    private String observe() {
        try {
            List<Long> before = counts();
            Thread.sleep(WATCH_MILLIS);
            List<Long> after = counts();
            List<Integer> silent = new ArrayList<>();
            for (int other = 0; other < size; other++) {
                if (other != rank && before.get(other).equals(after.get(other))) {
                    silent.add(other);
                }
            }
            if (silent.isEmpty()) {
                return "all ranks are alive, so one of them is slower than the time-out or failed by itself";
            }
            String names = GroupStore.names(silent);
            return names.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + names.substring(1)
                    + (silent.size() == 1 ? " has" : " have") + " died or hang" + (silent.size() == 1 ? "s" : "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the other ranks could not be asked";
        } catch (RuntimeException e) {
            return "the store that rank 0 hosts is gone: rank 0 has died";
        }
    }

    private List<Long> counts() {
        List<Long> counts = new ArrayList<>();
        for (int other = 0; other < size; other++) {
            counts.add(store.count(key(other)));
        }
        return counts;
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofMillis(BEAT_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // A thread stuck in a call to a dead store still uses the connection, which is then left to the process's end.
        if (!thread.isAlive()) {
            store.close();
        }
    }
}
