package stipple.server.jobs;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells the readers of a job what happens to it. */
final class JobHub {
    private final ConcurrentHashMap<String, List<Subscription>> readers = new ConcurrentHashMap<>();

    /** Listens to a job from now on, until closed. */
    Subscription subscribe(String job) {
        Subscription[] self = new Subscription[1];
        self[0] = new Subscription(() -> leave(job, self[0]));
        readers.compute(job, (id, list) -> {
            List<Subscription> all = list == null ? new CopyOnWriteArrayList<>() : list;
            all.add(self[0]);
            return all;
        });
        return self[0];
    }

    void publish(String job, JobEvent event) {
        readers.getOrDefault(job, List.of()).forEach(reader -> reader.offer(event));
    }

    /** Readers of all jobs. */
    int readers() {
        return readers.values().stream().mapToInt(List::size).sum();
    }

    private void leave(String job, Subscription reader) {
        readers.computeIfPresent(job, (id, list) -> {
            list.remove(reader);
            return list.isEmpty() ? null : list;
        });
    }
}
