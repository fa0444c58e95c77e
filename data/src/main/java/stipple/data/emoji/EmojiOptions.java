package stipple.data.emoji;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.DataException;
import stipple.data.drawings.DrawingPlan;
import stipple.data.packages.NpmPackageSource;
import stipple.data.packages.PackageSource;

/**
 * What to build.
 *
 * @param output the folder of the data set; made when missing, an earlier build in it is replaced
 * @param size side of the square pictures in pixels, 16 to 1024
 * @param styles the styles to include, in any order
 * @param samplesPerShard samples in one tar
 * @param threads threads that draw; the result does not depend on it
 * @param packages where the package archives come from
 */
public record EmojiOptions(
        Path output, int size, List<EmojiStyle> styles, int samplesPerShard, int threads, PackageSource packages) {
    /** Checks the ranges. */
    public EmojiOptions {
        styles = List.copyOf(styles);
        DrawingPlan.requireSize(size);
        if (styles.isEmpty()) {
            throw new DataException("no emoji style is chosen; give at least one of " + EmojiStyle.known());
        }
        if (threads < 1 || samplesPerShard < 1) {
            throw new DataException(
                    "threads and samples per shard are at least 1, given " + threads + " and " + samplesPerShard);
        }
    }

    /** The permissive styles at 128 pixels, 1000 samples a shard, 2 threads, packages from npm into the default cache. */
    public static EmojiOptions of(Path output) {
        return new EmojiOptions(
                output, 128, Tier.CORE_P.styles(), 1000, 2, new NpmPackageSource(NpmPackageSource.defaultCache()));
    }

    /** Everything that determines the bytes. */
    public Map<String, String> parameters() {
        return new TreeMap<>(Map.of(
                "size",
                Integer.toString(size),
                "styles",
                String.join(",", styles.stream().map(EmojiStyle::id).sorted().toList()),
                "split_salt",
                SplitRule.SALT,
                "samples_per_shard",
                Integer.toString(samplesPerShard)));
    }

    /** The same with another picture size. */
    public EmojiOptions withSize(int pixels) {
        return new EmojiOptions(output, pixels, styles, samplesPerShard, threads, packages);
    }

    /** The same with other styles. */
    public EmojiOptions withStyles(List<EmojiStyle> chosen) {
        return new EmojiOptions(output, size, chosen, samplesPerShard, threads, packages);
    }

    /** The same with another number of samples in one tar. */
    public EmojiOptions withSamplesPerShard(int samples) {
        return new EmojiOptions(output, size, styles, samples, threads, packages);
    }

    /** The same with another number of drawing threads. */
    public EmojiOptions withThreads(int count) {
        return new EmojiOptions(output, size, styles, samplesPerShard, count, packages);
    }

    /** The same with packages from elsewhere. */
    public EmojiOptions withPackages(PackageSource source) {
        return new EmojiOptions(output, size, styles, samplesPerShard, threads, source);
    }
}
