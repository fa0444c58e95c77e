package stipple.train.rl;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How busy the cores are while steps sample and while they train: processor time of this process over the time that all cores
 * had. What goes on between steps is left out.
 */
final class CoreClock {
    private static final int WAITED = 0;
    private static final int OVERLAPPED = 1;
    private static final int TRAINED = 2;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final double[] wall = new double[TRAINED + 1];
    private final double[] busy = new double[TRAINED + 1];
    private boolean running;
    private boolean waiting;
    private int sampling;
    private long pictures;
    private long time;
    private long processor;

    /** A part of a batch begins. */
    synchronized void begin() {
        book();
        running = true;
    }

    /** The gradients of a part are there; {@code sampled} pictures went into it. */
    synchronized void end(int sampled) {
        book();
        pictures += sampled;
        running = false;
    }

    /** A part is sampled and judged from now on, or is no longer. */
    synchronized void samples(boolean now) {
        book();
        sampling += now ? 1 : -1;
    }

    /** The thread that trains waits for pictures from now on, or goes on. */
    synchronized void waits(boolean now) {
        book();
        waiting = now;
    }

    /** Books the time since the last change under what went on in it. */
    private void book() {
        long now = System.nanoTime();
        long used = system.getProcessCpuTime();
        if (running) {
            int what = sampling == 0 ? TRAINED : waiting ? WAITED : OVERLAPPED;
            wall[what] += (now - time) / 1e9;
            busy[what] += (used - processor) / 1e9;
        }
        time = now;
        processor = used;
    }

    /** The figures since this was last asked; empty if there was no step. */
    synchronized Map<String, Double> take() {
        Map<String, Double> figures = new LinkedHashMap<>();
        double all = wall[WAITED] + wall[OVERLAPPED] + wall[TRAINED];
        if (all > 0) {
            double sampled = wall[WAITED] + wall[OVERLAPPED];
            figures.put("utilisation", share(busy[WAITED] + busy[OVERLAPPED] + busy[TRAINED], all));
            figures.put("rollout_utilisation", share(busy[WAITED] + busy[OVERLAPPED], sampled));
            figures.put(
                    "update_utilisation", share(busy[OVERLAPPED] + busy[TRAINED], wall[OVERLAPPED] + wall[TRAINED]));
            figures.put("rollout_share", sampled / all);
            figures.put("overlap", wall[OVERLAPPED] / all);
            figures.put("rollout_pictures_per_s", sampled == 0 ? 0 : pictures / sampled);
        }
        Arrays.fill(wall, 0);
        Arrays.fill(busy, 0);
        pictures = 0;
        return figures;
    }

    private double share(double processorSeconds, double seconds) {
        return seconds == 0 ? 0 : processorSeconds / (seconds * cores);
    }
}
