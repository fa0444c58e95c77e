package stipple.torch;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** One process of a group under test: joins, does what it is told, prints what it sees. */
final class GroupMember {
    private GroupMember() {}

    /** Arguments: port, rank, size, seconds, what to do. */
    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        int rank = Integer.parseInt(args[1]);
        int size = Integer.parseInt(args[2]);
        Duration timeout = Duration.ofSeconds(Long.parseLong(args[3]));
        try (ProcessGroup group = ProcessGroup.join(
                        ProcessGroup.Transport.GLOO,
                        new Rendezvous("127.0.0.1", port, args.length > 5 && args[5].equals("hosted"), "attempt-1"),
                        rank,
                        size,
                        timeout);
                Scope scope = Scope.open()) {
            switch (args[4]) {
                case "operations" -> operations(group);
                case "die" -> die(group);
                case "hang" -> hang(group);
                case "time" -> time(group, Integer.parseInt(args[5]));
                default -> throw new IllegalArgumentException(args[4]);
            }
        } catch (UserException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            // After a failure threads of libtorch may still wait for the lost peer.
            Runtime.getRuntime().halt(3);
        }
    }

    private static void operations(ProcessGroup group) {
        Tensor a = Tensors.full(group.rank() + 1, DType.F32, 2, 3);
        Tensor b = Tensors.full(10.0 * (group.rank() + 1), DType.F64, 4);
        ProcessGroup.Work work = group.startAllReduce(List.of(a, b));
        work.await();
        System.out.println("sum " + Arrays.toString(a.toFloats()) + " " + Arrays.toString(b.toFloats()));
        Tensor c = Tensors.full(group.rank() + 5, DType.I64, 2);
        group.broadcast(List.of(c), 1);
        System.out.println("from 1 " + Arrays.toString(c.toLongs()));
        group.barrier();
        System.out.println("live " + Tensor.live());
    }

    private static void die(ProcessGroup group) {
        Tensor a = Tensors.full(1, DType.F32, 1000);
        group.allReduce(List.of(a));
        System.out.println("ready");
        if (group.rank() == 1) {
            Runtime.getRuntime().halt(137);
        }
        group.allReduce(List.of(a));
        System.out.println("impossible");
    }

    /** Rank 1 is alive but does not take part. */
    private static void hang(ProcessGroup group) {
        if (group.rank() == 1) {
            GroupStore.pause(60_000);
        }
        group.barrier();
    }

    private static void time(ProcessGroup group, int megabytes) {
        Tensor a = Tensors.full(1, DType.F32, megabytes * 1_000_000L / 4);
        for (int i = 0; i < 8; i++) {
            group.barrier();
            long start = System.nanoTime();
            group.allReduce(List.of(a));
            System.out.printf("all-reduce of %d MB: %.1f ms%n", megabytes, (System.nanoTime() - start) / 1e6);
        }
    }
}
