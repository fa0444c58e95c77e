package stipple.cli;

import picocli.CommandLine.Option;

/** How the pictures of a built set are drawn. */
final class DrawingOptions {
    @Option(
            names = "--size",
            paramLabel = "N",
            description = "side of the pictures in pixels (default: ${DEFAULT-VALUE})")
    int size = 128;

    @Option(names = "--threads", paramLabel = "N", description = "threads that draw (default: ${DEFAULT-VALUE})")
    int threads = 2;
}
