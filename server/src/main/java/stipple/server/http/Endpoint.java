package stipple.server.http;

/** Answers requests of one route. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers.
     *
     * @throws ApiException to answer with an error
     * @throws InterruptedException if the server stops
     */
    void handle(Call call) throws InterruptedException;
}
