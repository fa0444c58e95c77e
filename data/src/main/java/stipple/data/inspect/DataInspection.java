package stipple.data.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.SkipLog;
import stipple.data.caption.CaptionKeys;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.PixelSize;
import stipple.data.pixels.Pixels;

/**
 * What is in a data set, found by reading every sample and decoding every picture.
 *
 * @param name where it lies
 * @param samples samples that were read
 * @param usable those that can be read whole
 * @param pictures pictures in them
 * @param captions captions in them by the key that they stand under, variants counted
 * @param captionCharacters length of a caption in characters
 * @param captionTokens length of a caption in tokens, if a tokenizer was given
 * @param sizes pictures by size, the most frequent first, at most {@value #LISTED_SIZES}
 * @param otherSizes pictures of sizes that are not listed
 * @param aspects pictures by ratio of width to height, in the order of the ratio
 * @param skips what was left out and why
 * @param sheet pictures spread over the set, on one contact sheet; empty without any picture
 */
public record DataInspection(
        String name,
        int samples,
        int usable,
        int pictures,
        Map<String, Integer> captions,
        Spread captionCharacters,
        Optional<Spread> captionTokens,
        Map<PixelSize, Integer> sizes,
        int otherSizes,
        Map<String, Integer> aspects,
        SkipLog skips,
        Optional<Pixels> sheet) {
    /** How many sizes are listed one by one. */
    public static final int LISTED_SIZES = 12;

    /**
     * How to inspect.
     *
     * @param limit samples to read, spread evenly over the set; 0 for all
     * @param tokens counts the tokens of a caption; null for none
     * @param sheetPictures pictures on the contact sheet, 0 for none
     */
    public record Options(int limit, ToIntFunction<String> tokens, int sheetPictures) {
        /** Everything, without tokens, with a sheet of 96 pictures. */
        public static final Options DEFAULT = new Options(0, null, 96);
    }

    /** One sample's share. */
    private record Finding(
            List<PixelSize> sizes,
            Map<String, Integer> captions,
            List<Integer> characters,
            List<Integer> tokens,
            Pixels small) {}

    /** A finding, or the reason why there is none. */
    private record Outcome(Finding finding, String reason, String example) {
        static Outcome lost(String reason, String example) {
            return new Outcome(null, reason, example);
        }
    }

    /** Reads the samples on all cores. */
    public static DataInspection of(SampleSource source, Options options) {
        int n = options.limit() > 0 ? Math.min(options.limit(), source.size()) : source.size();
        SkipLog skips = new SkipLog();
        skips.addAll(source.skips());
        int every = options.sheetPictures() > 0 ? Math.max(1, n / options.sheetPictures()) : 0;
        List<Outcome> outcomes = IntStream.range(0, n)
                .parallel()
                .mapToObj(i -> {
                    boolean shown = every > 0 && i % every == 0 && i / every < options.sheetPictures();
                    return look(source, (int) ((long) i * source.size() / n), options.tokens(), shown);
                })
                .toList();
        List<Finding> findings = new ArrayList<>();
        for (Outcome outcome : outcomes) { // in the order of the samples, so that reports are equal
            if (outcome.finding() == null) {
                skips.skip(outcome.reason(), outcome.example());
            } else {
                findings.add(outcome.finding());
            }
        }
        return summary(source, n, findings, skips);
    }

    private static Outcome look(SampleSource source, int i, ToIntFunction<String> tokens, boolean shown) {
        Sample sample;
        try {
            sample = source.get(i);
        } catch (DataException e) {
            return Outcome.lost("sample that cannot be read", e.getMessage());
        }
        List<PixelSize> sizes = new ArrayList<>();
        Pixels small = null;
        for (int k = 0; k < sample.images().size(); k++) {
            byte[] bytes = sample.images().get(k);
            String name = sample.key() + " picture " + k;
            try {
                PixelSize size = PixelReader.size(bytes, name);
                if (size.area() > PixelReader.MAX_PIXELS) {
                    return Outcome.lost("picture that is too large", name + ": " + size);
                }
                Pixels pixels = PixelReader.read(bytes, name);
                sizes.add(size);
                if (shown && small == null) {
                    small = InspectionSheet.cell(pixels);
                }
            } catch (DataException e) {
                return Outcome.lost("picture that cannot be decoded", e.getMessage());
            }
        }
        List<Integer> characters = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        Map<String, Integer> captions = new TreeMap<>();
        for (String key : CaptionKeys.of(sample.json())) {
            for (String text : CaptionKeys.texts(sample.json().get(key))) {
                captions.merge(key, 1, Integer::sum);
                characters.add(text.codePointCount(0, text.length()));
                if (tokens != null) {
                    counts.add(tokens.applyAsInt(text));
                }
            }
        }
        if (characters.isEmpty()) {
            return Outcome.lost("sample without a caption", sample.key());
        }
        return new Outcome(new Finding(sizes, captions, characters, counts, small), null, null);
    }

    private static DataInspection summary(SampleSource source, int n, List<Finding> findings, SkipLog skips) {
        List<PixelSize> sizes =
                findings.stream().flatMap(f -> f.sizes().stream()).toList();
        long[] characters = findings.stream()
                .flatMap(f -> f.characters().stream())
                .mapToLong(Integer::longValue)
                .toArray();
        long[] tokens = findings.stream()
                .flatMap(f -> f.tokens().stream())
                .mapToLong(Integer::longValue)
                .toArray();
        Map<String, Integer> captions = new TreeMap<>();
        findings.forEach(f -> f.captions().forEach((key, count) -> captions.merge(key, count, Integer::sum)));
        Map<PixelSize, Integer> listed = Histograms.mostFrequent(sizes, LISTED_SIZES);
        int shown = listed.values().stream().mapToInt(Integer::intValue).sum();
        return new DataInspection(
                source.name(),
                n,
                findings.size(),
                sizes.size(),
                captions,
                Spread.of(characters),
                tokens.length == 0 ? Optional.empty() : Optional.of(Spread.of(tokens)),
                listed,
                sizes.size() - shown,
                Histograms.aspects(sizes),
                skips,
                InspectionSheet.of(findings.stream()
                        .filter(f -> f.small() != null)
                        .map(Finding::small)
                        .toList()));
    }

    /** The report as lines of text, without the contact sheet. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(name);
        lines.add("samples    " + samples + " read, " + usable + " usable");
        lines.add("pictures   " + pictures);
        captions.forEach((key, count) -> lines.add(String.format(
                Locale.ROOT, "captions   %d as %s (%.1f a sample)", count, key, count / Math.max(1.0, usable))));
        lines.add("characters " + captionCharacters);
        captionTokens.ifPresent(t -> lines.add("tokens     " + t));
        lines.add("sizes");
        sizes.forEach((size, count) -> lines.add("  " + size + "  " + count));
        if (otherSizes > 0) {
            lines.add("  others  " + otherSizes);
        }
        lines.add("width:height");
        aspects.forEach((ratio, count) -> lines.add("  " + ratio + "  " + count));
        lines.add(skips.entries().isEmpty() ? "nothing left out" : "left out");
        for (SkipLog.Entry e : skips.entries()) {
            lines.add("  " + e.count() + "  " + e.reason());
            e.examples().forEach(example -> lines.add("     " + example));
        }
        return lines;
    }
}
