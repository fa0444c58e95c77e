package stipple.data.build;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import stipple.data.DataException;

/** Work on several threads whose results are handed on in the order of the items. */
public final class Workers {
    /** Items in flight per thread: enough to keep threads busy, few enough to stay small in memory. */
    private static final int WINDOW = 32;

    private Workers() {}

    /** Applies {@code work} on {@code threads} threads and hands the results to {@code sink} on the calling thread. */
    public static <A, B> void inOrder(Iterator<A> items, int threads, Function<A, B> work, Consumer<B> sink) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Deque<Future<B>> window = new ArrayDeque<>();
            while (items.hasNext()) {
                A item = items.next();
                window.add(pool.submit(() -> work.apply(item)));
                if (window.size() >= WINDOW * threads) {
                    sink.accept(await(window.remove()));
                }
            }
            while (!window.isEmpty()) {
                sink.accept(await(window.remove()));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static <B> B await(Future<B> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException fault -> throw fault;
                case Error fault -> throw fault;
                default -> throw new IllegalStateException("a worker failed", e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("interrupted while building", e);
        }
    }
}
