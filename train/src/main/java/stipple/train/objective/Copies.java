package stipple.train.objective;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.model.generate.PixelTensors;
import stipple.model.image.PixelImage;
import stipple.model.load.LoadedAutoencoder;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.data.PictureSet;
import stipple.train.recipe.ClassifierRecipe;
import stipple.train.recipe.Recipe;

/** Pictures as image tokenizers give them back, which is what drawn pictures look like at best. */
final class Copies implements AutoCloseable {
    private static final int BATCH = 16;

    private final Scope owner = Scope.detached();
    private final List<Tensor> pixels = new ArrayList<>();
    private final List<Integer> sources = new ArrayList<>();

    private final int size;

    private Copies(int size) {
        this.size = size;
    }

    /**
     * Sends evenly spaced pictures through each of the recipe's tokenizers.
     *
     * @param pictures for training, at the size that the classifier looks at
     */
    static Copies of(Recipe recipe, PictureSet pictures) {
        ClassifierRecipe settings = recipe.classifier();
        if (settings.autoencoders().isEmpty()) {
            return new Copies(recipe.data().size());
        }
        if (settings.copySize() == null || settings.copySize() == recipe.data().size()) {
            return sent(recipe, pictures);
        }
        try (PictureSet large = PictureSet.training(recipe.data(), settings.copySize())) {
            return sent(recipe, large);
        }
    }

    private static Copies sent(Recipe recipe, PictureSet pictures) {
        ClassifierRecipe settings = recipe.classifier();
        Copies copies = new Copies(recipe.data().size());
        int count = Math.min(settings.copies(), pictures.size());
        for (String folder : settings.autoencoders()) {
            try (LoadedAutoencoder loaded = LoadedAutoencoder.load(Path.of(folder), DType.F32, Device.CPU)) {
                for (int from = 0; from < count; from += BATCH) {
                    copies.add(loaded, pictures, from, Math.min(count, from + BATCH), count);
                }
            }
        }
        return copies;
    }

    private void add(LoadedAutoencoder loaded, PictureSet pictures, int from, int to, int count) {
        int[] group = new int[to - from];
        for (int i = 0; i < group.length; i++) {
            group[i] = (int) ((long) (from + i) * pictures.size() / count);
            sources.add(group[i]);
        }
        try (Scope scope = Scope.open()) {
            Tensor back =
                    Autograd.off(() -> loaded.network().pixels(loaded.network().latents(pictures.pixels(group))));
            for (Tensor one : back.to(DType.F32).clamp(-1, 1).chunk(group.length, 0)) {
                pixels.add(owner.adopt(reduced(one)));
            }
        }
    }

    /** A copy at the size that the classifier looks at, with 8 bits a value, made from it as a judge makes it from a picture file. */
    private Tensor reduced(Tensor copy) {
        PixelImage image = PixelTensors.image(copy);
        if (image.width() == size) {
            return PixelTensors.of(image).to(DType.F32);
        }
        Pixels small = Resampler.fitOnWhite(
                new Pixels(image.width(), image.height(), image.rgb()), size, Resampler.Filter.LANCZOS);
        return PixelTensors.of(new PixelImage(small.width(), small.height(), small.rgb()))
                .to(DType.F32);
    }

    /** How many there are. */
    int count() {
        return sources.size();
    }

    /** The picture of which one is a copy. */
    int picture(int copy) {
        return sources.get(copy);
    }

    /** A copy, float32 {@code [1, 3, side, side]} in [-1, 1]. */
    Tensor pixels(int copy) {
        return pixels.get(copy);
    }

    @Override
    public void close() {
        owner.close();
    }
}
