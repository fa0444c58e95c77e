package stipple.torch;

/**
 * Where the processes of a group meet: a key-value store over TCP.
 *
 * @param host name or address of the machine that hosts the store, the same text on every rank
 * @param port its port
 * @param hosted whether somebody else, such as torchrun's agent, already hosts the store; otherwise rank 0 does
 * @param prefix put before every key, so that several attempts can share one store; empty for none
 */
public record Rendezvous(String host, int port, boolean hosted, String prefix) {
    /** Checks the port. */
    public Rendezvous {
        if (port < 1 || port > 65_535) {
            throw new UserException("The master port must be between 1 and 65535, got " + port);
        }
    }

    /** A store that rank 0 hosts. */
    public static Rendezvous atRankZero(String host, int port) {
        return new Rendezvous(host, port, false, "");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
