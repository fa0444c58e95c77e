package stipple.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import stipple.eval.bench.BenchJson;
import stipple.eval.bench.NamedShape;
import stipple.eval.bench.PeerBench;
import stipple.eval.bench.PeerResult;
import stipple.eval.bench.Timing;
import stipple.eval.bench.peer.LlamaCpp;
import stipple.model.load.AvailableMemory;
import stipple.model.load.LoadOptions;
import stipple.model.quant.Quantisation;
import stipple.torch.UserException;

/** {@code stipple bench --peer}: llama.cpp on the same shapes and bits beside us. */
final class BenchPeer {
    /** What is compared unless a shape is named. */
    private static final List<Comparison> USUAL = List.of(new Comparison("14b", "int4"), new Comparison("7b", "int8"));

    private static final double GIB = 1L << 30;

    private final PrintWriter out;
    private final Consumer<String> progress;

    BenchPeer(PrintWriter out, Consumer<String> progress) {
        this.out = out;
        this.progress = progress;
    }

    /** A shape and the format of its weights. */
    private record Comparison(String shape, String format) {}

    /** Whether a shape may be loaded; throws if not. */
    interface Fit {
        /** Checks one, and gives the memory that it needs. */
        long require(NamedShape shape, LoadOptions options);
    }

    /** Whether the memory holds both sets of weights; what it does not hold would come from the slower disk. */
    private static boolean both(NamedShape shape, LoadOptions own, long needed) {
        long file = LlamaCpp.fileBytes(shape.backbone(), own.quantisation().format());
        long there = AvailableMemory.hostBytes();
        if (file > there) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "llama.cpp needs %.1f GiB for %s in %s and %.1f GiB are free; close other programs or compare a"
                            + " smaller shape, such as --synthetic 1b --quant int8",
                    file / GIB,
                    shape.label(),
                    own.quantisation().id(),
                    there / GIB));
        }
        return needed + file <= there;
    }

    /** Every result, for machines. */
    private record Report(int schema, List<PeerResult> peers) {}

    void run(String synthetic, LoadOptions options, int promptTokens, boolean json, Fit fit) {
        List<PeerResult> results = new ArrayList<>();
        for (Comparison comparison : comparisons(synthetic, options)) {
            NamedShape shape = NamedShape.of(comparison.shape());
            LoadOptions own = options.withQuantisation(Quantisation.of(comparison.format()));
            boolean together = both(shape, own, fit.require(shape, own));
            PeerResult result = new PeerBench(promptTokens, progress).compare(shape, own, together);
            results.add(result);
            if (!json) {
                print(result);
            }
        }
        if (json) {
            out.println(BenchJson.write(new Report(1, results)));
        }
        out.flush();
    }

    private static List<Comparison> comparisons(String synthetic, LoadOptions options) {
        if (synthetic == null) {
            return USUAL;
        }
        if (options.quantisation() == null) {
            throw new UserException("--peer compares quantised weights; add --quant int4 or --quant int8");
        }
        return List.of(new Comparison(synthetic, options.quantisation().id()));
    }

    private void print(PeerResult result) {
        line(
                "%s: ours in %s, %.2f GB a step; %s in %s, %.2f GB; the machine reads %.1f GB/s",
                result.shape(),
                result.ownFormat(),
                result.ownBytes() / 1e9,
                result.name(),
                result.format(),
                result.fileBytes() / 1e9,
                result.readBandwidth() / 1e9);
        line("%-16s %10s %7s %10s %7s   %s", "", "ours", "spread", "peer", "spread", "peer / ours");
        row("step, 1 row", result.ownStep(), result.step(), result.stepRatio());
        row("prefill of " + result.promptTokens(), result.ownPrefill(), result.prefill(), result.prefillRatio());
        line(
                "share of the read bandwidth in a step: ours %.0f%%, peer %.0f%%",
                100 * result.ownBytes() / result.ownStep().median() / result.readBandwidth(),
                100 * result.fileBytes() / result.step().median() / result.readBandwidth());
        if (!result.together()) {
            line("one after the other, because the memory does not hold both: trust ratios less than the spread");
        }
        out.println();
        out.flush();
    }

    private void row(String name, Timing own, Timing peer, double ratio) {
        line(
                "%-16s %10s %6.0f%% %10s %6.0f%%   %.2f",
                name,
                BenchTable.time(own.median()),
                100 * own.spread(),
                BenchTable.time(peer.median()),
                100 * peer.spread(),
                ratio);
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
