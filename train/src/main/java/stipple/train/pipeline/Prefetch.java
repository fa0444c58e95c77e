package stipple.train.pipeline;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A row stream whose next rows are made by threads in the background, so that a step does not wait for them. Only rows
 * without tensors pass through it: tensors belong to the thread that runs the network.
 */
public final class Prefetch implements RowStream, AutoCloseable {
    private final RowStream rows;
    private final int depth;
    private final ExecutorService threads;
    private final TreeMap<Long, CompletableFuture<TokenRow>> pending = new TreeMap<>();

    /**
     * Starts the threads.
     *
     * @param depth how many rows behind the one last asked for are made ahead
     */
    public Prefetch(RowStream rows, int depth, int threads) {
        this.rows = rows;
        this.depth = depth;
        this.threads = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("rows-", 0).factory());
    }

    @Override
    public TokenRow row(long position) {
        try {
            return ahead(position).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private synchronized CompletableFuture<TokenRow> ahead(long position) {
        // A step may ask for its rows several times: what is around them is kept, what a jump left behind is not.
        pending.headMap(position - depth).clear();
        pending.tailMap(position + 2L * depth, false).clear();
        for (long p = position; p <= position + depth; p++) {
            pending.computeIfAbsent(p, wanted -> CompletableFuture.supplyAsync(() -> rows.row(wanted), threads));
        }
        return pending.get(position);
    }

    /** Rows made or being made. */
    synchronized Map<Long, CompletableFuture<TokenRow>> pending() {
        return Map.copyOf(pending);
    }

    /** Stops the threads and waits for the rows in the making, since these use the tokenizer. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
