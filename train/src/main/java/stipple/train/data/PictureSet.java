package stipple.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.data.shards.ShardSet;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.recipe.DataRecipe;

/** All pictures of a data set in memory at one size, with their captions and what else is known of them. */
public final class PictureSet implements AutoCloseable {
    private final Scope owner = Scope.detached();
    private final Tensor pixels;
    private final List<List<String>> captions;
    private final List<JsonNode> metadata;
    private final int skipped;

    private PictureSet(Tensor pixels, List<Loaded> loaded, int skipped) {
        this.pixels = owner.adopt(pixels);
        this.captions = loaded.stream().map(Loaded::captions).toList();
        this.metadata = loaded.stream().map(Loaded::metadata).toList();
        this.skipped = skipped;
    }

    private record Loaded(byte[] planar, List<String> captions, JsonNode metadata) {}

    /**
     * Loads the chosen samples of the families to train on, of all folders. A picture that cannot be read is counted and skipped.
     *
     * @throws UserException if nothing is left
     */
    public static PictureSet training(DataRecipe recipe) {
        return training(recipe, recipe.size());
    }

    /**
     * The same pictures in the same order at another size.
     *
     * @param size side in pixels
     */
    public static PictureSet training(DataRecipe recipe, int size) {
        return load(recipe, recipe.folders(), recipe.families(), size);
    }

    /**
     * Loads the chosen samples of the family to measure on.
     *
     * @param size side in pixels, not necessarily the recipe's
     * @throws UserException if nothing is left
     */
    public static PictureSet heldOut(DataRecipe recipe, int size) {
        return load(recipe, List.of(recipe.shards()), List.of(recipe.holdout()), size);
    }

    /**
     * Loads the chosen samples of another family to measure on, at the recipe's size.
     *
     * @throws UserException if nothing is left
     */
    public static PictureSet heldOut(DataRecipe recipe, String family) {
        return load(recipe, List.of(recipe.shards()), List.of(family), recipe.size());
    }

    private static PictureSet load(DataRecipe recipe, List<String> folders, List<String> families, int size) {
        List<Loaded> loaded = new ArrayList<>();
        int skipped = 0;
        for (String folder : folders) {
            for (String family : families) {
                ShardSet shards = open(folder, family);
                List<Integer> chosen = IntStream.range(0, shards.size())
                        .filter(i -> wanted(shards.json(i), recipe))
                        .boxed()
                        .toList();
                List<Loaded> part =
                        chosen.parallelStream().map(i -> read(shards, i, size)).toList();
                for (Loaded one : part) {
                    if (one.planar() == null) {
                        skipped++;
                    } else {
                        loaded.add(one);
                    }
                }
            }
        }
        if (loaded.isEmpty()) {
            throw new UserException("No picture in " + String.join(", ", folders) + " (" + String.join(", ", families)
                    + ") matches the recipe's styles and filters");
        }
        return of(loaded, size, skipped);
    }

    private static ShardSet open(String folder, String family) {
        try {
            return ShardSet.open(Path.of(folder), family);
        } catch (DataException e) {
            throw new UserException(
                    e.getMessage() + "; build the set first, for example: ./stipple data build emoji --out " + folder,
                    e);
        }
    }

    private static boolean wanted(JsonNode json, DataRecipe recipe) {
        JsonNode metadata = json.path("metadata");
        boolean style = recipe.styles().isEmpty()
                || recipe.styles().contains(metadata.path("style").asText());
        return style && (recipe.skinTones() || !SkinTones.shown(json));
    }

    private static Loaded read(ShardSet shards, int i, int size) {
        List<String> captions = new ArrayList<>();
        try {
            Sample sample = shards.get(i);
            JsonNode caption = sample.json().path("caption");
            if (caption.isArray()) {
                caption.forEach(c -> captions.add(c.asText()));
            } else {
                captions.add(caption.asText());
            }
            Pixels picture = PixelReader.read(sample.images().getFirst(), sample.key());
            if (picture.width() != size || picture.height() != size) {
                picture = Resampler.fitOnWhite(picture, size, Resampler.Filter.LANCZOS);
            }
            return new Loaded(
                    planar(picture), List.copyOf(captions), sample.json().path("metadata"));
        } catch (DataException e) {
            return new Loaded(null, List.of(), MissingNode.getInstance());
        }
    }

    private static byte[] planar(Pixels picture) {
        int area = picture.width() * picture.height();
        byte[] out = new byte[area * 3];
        for (int i = 0; i < area; i++) {
            for (int c = 0; c < 3; c++) {
                out[c * area + i] = picture.rgb()[i * 3 + c];
            }
        }
        return out;
    }

    private static PictureSet of(List<Loaded> loaded, int size, int skipped) {
        int bytes = 3 * size * size;
        try (Scope scope = Scope.open()) {
            Tensor all = Tensors.empty(DType.U8, loaded.size(), 3, size, size);
            java.lang.foreign.MemorySegment target = all.bytes();
            for (int i = 0; i < loaded.size(); i++) {
                target.asSlice((long) i * bytes, bytes)
                        .copyFrom(java.lang.foreign.MemorySegment.ofArray(
                                loaded.get(i).planar()));
            }
            return new PictureSet(all, loaded, skipped);
        }
    }

    /** Number of pictures. */
    public int size() {
        return captions.size();
    }

    /** Pictures that could not be read. */
    public int skipped() {
        return skipped;
    }

    /** Caption variants of a picture; the first is the canonical one. */
    public List<String> captions(int i) {
        return captions.get(i);
    }

    /** What the set's metadata say of a picture, such as its {@code style}; "" if nothing. */
    public String metadata(int i, String key) {
        return metadata.get(i).path(key).asText("");
    }

    /** Pictures as float32 {@code [n, 3, size, size]} in [-1, 1]. */
    public Tensor pixels(int... indices) {
        long[] wide = IntStream.of(indices).asLongStream().toArray();
        return scaled(pixels.indexSelect(0, Tensors.of(wide, wide.length)));
    }

    /**
     * Squares cut out of pictures.
     *
     * @param crops where
     * @param size side in pixels
     * @return float32 {@code [n, 3, size, size]} in [-1, 1]
     */
    public Tensor crops(List<Crop> crops, int size) {
        return scaled(Tensors.stack(
                crops.stream()
                        .map(c -> pixels.select(0, c.picture())
                                .narrow(1, c.top(), size)
                                .narrow(2, c.left(), size))
                        .toList(),
                0));
    }

    private static Tensor scaled(Tensor bytes) {
        return bytes.to(DType.F32).mul(1 / 127.5).add(-1);
    }

    /** Height and width of the pictures. */
    public int side() {
        return (int) pixels.size(2);
    }

    @Override
    public void close() {
        owner.close();
    }
}
