package stipple.train.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.SkipLog;
import stipple.data.caption.CaptionRule;
import stipple.data.caption.SampleFilter;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.PixelSize;
import stipple.data.pixels.Pixels;
import stipple.model.image.ImageFit;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.model.text.SpecialText;
import stipple.torch.UserException;
import stipple.train.data.Seeds;
import stipple.train.data.SkinTones;
import stipple.train.recipe.DataRecipe;
import stipple.train.recipe.MixturePart;

/** The usable samples of a source: their JSON in memory, their pictures as latents. What cannot be used is counted. */
final class SampleTable {
    private static final int CHUNK = 128;
    private static final List<String> RESERVED = List.of(
            SpecialText.IMAGE_AREA,
            SpecialText.BEGIN_OF_IMAGE,
            SpecialText.END_OF_IMAGE,
            SpecialText.IMAGE_PLACEHOLDER);

    private final List<Entry> entries = new ArrayList<>();
    private final SkipLog skips = new SkipLog();

    /**
     * A sample.
     *
     * @param source its number in the source
     */
    record Entry(int source, JsonNode json, List<PictureRef> pictures) {}

    /** A sample with its pictures in the sizes of their buckets, or the reason why there is none. */
    private record Loaded(int source, JsonNode json, List<PixelImage> images, String reason, String example) {
        static Loaded lost(int source, String reason, String example) {
            return new Loaded(source, null, null, reason, example);
        }
    }

    /**
     * How the samples of a source are taken.
     *
     * @param skinTones whether pairs that show a skin tone are taken; edits and texts always are
     */
    record Rules(
            Category category,
            CaptionRule captions,
            SampleFilter filter,
            boolean skinTones,
            PictureBuckets buckets,
            long seed) {
        static Rules of(DataRecipe data, MixturePart part, PictureBuckets buckets, long seed) {
            return new Rules(
                    Category.of(part.category()), part.captionRule(), part.filter(), data.skinTones(), buckets, seed);
        }
    }

    /**
     * Reads all samples, decoding on all cores and encoding on this thread.
     *
     * @throws UserException if no sample can be used
     */
    static SampleTable load(SampleSource source, Rules rules, LatentStore latents) {
        SampleTable table = new SampleTable();
        table.skips.addAll(source.skips());
        for (int start = 0; start < source.size(); start += CHUNK) {
            List<Loaded> chunk = IntStream.range(start, Math.min(source.size(), start + CHUNK))
                    .parallel()
                    .mapToObj(i -> read(source, i, rules))
                    .toList();
            table.add(chunk, latents);
        }
        if (table.entries.isEmpty()) {
            throw new UserException("No sample of " + source.name() + " can be used as "
                    + rules.category().text() + "; left out: " + table.skips.summary());
        }
        return table;
    }

    private void add(List<Loaded> chunk, LatentStore latents) {
        List<PixelImage> images = chunk.stream()
                .filter(loaded -> loaded.reason() == null)
                .flatMap(loaded -> loaded.images().stream())
                .toList();
        List<PictureRef> refs = latents.add(images);
        int at = 0;
        for (Loaded loaded : chunk) {
            if (loaded.reason() != null) {
                skips.skip(loaded.reason(), loaded.example());
                continue;
            }
            int next = at + loaded.images().size();
            entries.add(new Entry(loaded.source(), loaded.json(), List.copyOf(refs.subList(at, next))));
            at = next;
        }
    }

    private static Loaded read(SampleSource source, int i, Rules rules) {
        Sample sample;
        try {
            sample = source.get(i);
        } catch (DataException e) {
            return Loaded.lost(i, "sample that cannot be read", e.getMessage());
        }
        List<byte[]> files = wanted(sample.images(), rules.category());
        Optional<String> unfit = unfit(sample.json(), files.size(), rules);
        if (unfit.isPresent()) {
            return Loaded.lost(i, unfit.get(), sample.key());
        }
        try {
            List<PixelSize> sizes = new ArrayList<>();
            for (byte[] file : files) {
                sizes.add(PixelReader.size(file, sample.key()));
            }
            Optional<String> refused =
                    rules.filter().refuses(sample.json(), sizes, new SplittableRandom(Seeds.mix(rules.seed(), i)));
            if (refused.isPresent()) {
                return Loaded.lost(i, "sample that a filter refuses: " + refused.get(), sample.key());
            }
            List<ImageSize> targets = rules.category() == Category.EDIT
                    ? rules.buckets().ofEdit(sizes)
                    : sizes.stream().map(rules.buckets()::of).toList();
            List<PixelImage> images = new ArrayList<>();
            for (int k = 0; k < files.size(); k++) {
                Pixels pixels = PixelReader.read(files.get(k), sample.key());
                images.add(
                        ImageFit.crop(new PixelImage(pixels.width(), pixels.height(), pixels.rgb()), targets.get(k)));
            }
            return new Loaded(i, sample.json(), images, null, null);
        } catch (DataException e) {
            return Loaded.lost(i, "picture that cannot be decoded", e.getMessage());
        }
    }

    private static List<byte[]> wanted(List<byte[]> files, Category category) {
        return switch (category) {
            case TEXT -> List.of();
            case PAIR -> files.subList(0, Math.min(1, files.size()));
            case EDIT, INTERLEAVE -> files;
        };
    }

    private static Optional<String> unfit(JsonNode json, int pictures, Rules rules) {
        List<String> texts = rules.captions().all(json);
        if (texts.isEmpty()) {
            return Optional.of("sample without a caption under "
                    + String.join(", ", rules.captions().keys().keySet()));
        }
        if (texts.stream().anyMatch(text -> RESERVED.stream().anyMatch(text::contains))) {
            return Optional.of("sample whose caption contains a reserved token");
        }
        if (rules.category() == Category.PAIR && !rules.skinTones() && SkinTones.shown(json)) {
            return Optional.of("sample that shows a skin tone");
        }
        int least = switch (rules.category()) {
            case TEXT, INTERLEAVE -> 0;
            case PAIR -> 1;
            case EDIT -> 2;
        };
        if (pictures < least) {
            return Optional.of("sample with fewer than " + least + " pictures");
        }
        if (rules.category() == Category.EDIT || rules.category() == Category.INTERLEAVE) {
            try {
                texts.forEach(text -> TaggedText.parse(text, pictures));
            } catch (DataException e) {
                return Optional.of("sample whose tags do not match its pictures");
            }
        }
        return Optional.empty();
    }

    /** Number of samples. */
    int size() {
        return entries.size();
    }

    Entry get(int i) {
        return entries.get(i);
    }

    List<Entry> entries() {
        return entries;
    }

    SkipLog skips() {
        return skips;
    }
}
