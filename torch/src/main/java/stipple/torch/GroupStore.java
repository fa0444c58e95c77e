package stipple.torch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * One connection to the key-value store through which ranks find each other. Everything that can go wrong before libtorch
 * is involved is checked here first, because its own complaints are pages long.
 */
final class GroupStore implements AutoCloseable {
    private static final long POLL_MILLIS = 20;

    private final TCPStore connection;
    private final Store store;
    /** Our address on the way to the store, by which other ranks reach us. */
    private final String localAddress;

    private GroupStore(TCPStore connection, Store store, String localAddress) {
        this.connection = connection;
        this.store = store;
        this.localAddress = localAddress;
    }

    /** Connects; rank 0 starts the store unless somebody else hosts it. */
    static GroupStore open(Rendezvous at, boolean host, Duration timeout) {
        String local = host ? at.host() : reach(at, timeout);
        if (host) {
            requireFree(at);
        }
        try (TCPStoreOptions options = new TCPStoreOptions();
                Milliseconds limit = new Milliseconds(timeout.toMillis())) {
            options.port((short) at.port()).isServer(host).waitWorkers(false).timeout(limit);
            TCPStore connection = TorchException.guard(() -> new TCPStore(at.host(), options));
            return new GroupStore(connection, new PrefixStore("stipple/" + at.prefix(), connection), local);
        }
    }

    private static void requireFree(Rendezvous at) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(at.port()));
        } catch (IOException e) {
            throw new UserException(
                    "Rank 0 cannot listen on port " + at.port() + " (" + e.getMessage()
                            + "); set MASTER_PORT to a free port, the same on every rank",
                    e);
        }
    }

    /** Waits until the store accepts connections; our own address on that path. */
    private static String reach(Rendezvous at, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                InetSocketAddress address = new InetSocketAddress(at.host(), at.port());
                int left = Math.clamp((end - System.nanoTime()) / 1_000_000, 1, 5_000);
                socket.connect(address, left);
                return socket.getLocalAddress().getHostAddress();
            } catch (IOException e) {
                if (System.nanoTime() >= end) {
                    throw new PeerLostException(
                            "No answer from rank 0 at " + at + " within " + seconds(timeout) + " (" + e.getMessage()
                                    + "); is it started, and is the port open to this machine?",
                            e);
                }
                pause(POLL_MILLIS * 10);
            }
        }
    }

    /** Waits until every rank is here, and refuses ranks that disagree about the group. */
    void meet(int rank, int size, Duration timeout) {
        if (TorchException.guard(() -> store.add("rank/" + rank, 1)) > 1) {
            throw new UserException("Two processes of the group claim rank " + rank
                    + "; give every process its own RANK from 0 to " + (size - 1));
        }
        store.set("size/" + rank, Integer.toString(size));
        long end = System.nanoTime() + timeout.toNanos();
        List<Integer> missing;
        while (true) {
            missing = new ArrayList<>();
            for (int other = 0; other < size; other++) {
                if (count("rank/" + other) == 0) {
                    missing.add(other);
                }
            }
            if (missing.isEmpty()) {
                break;
            }
            if (System.nanoTime() >= end) {
                throw new PeerLostException(
                        names(missing) + " of " + size + " did not join within " + seconds(timeout)
                                + "; see what became of them, or whether WORLD_SIZE is too large",
                        null);
            }
            pause(POLL_MILLIS);
        }
        int leading = Integer.parseInt(TorchException.guard(() -> store.get_to_str("size/0")));
        if (leading != size) {
            throw new UserException("Rank " + rank + " was told WORLD_SIZE=" + size + " but rank 0 was told " + leading
                    + "; every process needs the same number");
        }
    }

    /** Adds one to a counter. */
    long increment(String key) {
        return TorchException.guard(() -> store.add(key, 1));
    }

    /** The value of a counter, 0 if nobody has touched it. */
    long count(String key) {
        return TorchException.guard(() -> store.add(key, 0));
    }

    Store handle() {
        return store;
    }

    /** The address under which this process offers its own connections. */
    String localAddress() {
        return localAddress;
    }

    /** Whether an address means this machine only. */
    static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }

    static String names(List<Integer> ranks) {
        return (ranks.size() == 1 ? "Rank " : "Ranks ")
                + ranks.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserException("Interrupted while waiting for the other processes of the group", e);
        }
    }

    @Override
    public void close() {
        store.close();
        connection.close();
    }
}
