package stipple.train.dpo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.model.image.ImageDecoder;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.model.image.TokenGrid;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptRows;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.objective.TrainedModel;
import stipple.train.pipeline.LatentStore;
import stipple.train.pipeline.PictureRef;
import stipple.train.pipeline.TrainingStream;
import stipple.train.post.PictureRows;
import stipple.train.recipe.Recipe;

/** Preference pairs with their prompts as ids and their pictures as image tokens, all encoded once. */
final class PairTokens implements AutoCloseable {
    private final TrainedModel model;
    private final List<PreferencePair> pairs;
    private final List<PromptRow> prompts = new ArrayList<>();
    private final LatentStore store;
    private final TokenGrid grid;

    PairTokens(Recipe recipe, TrainedModel model, String path) {
        this.model = model;
        Path folder = Path.of(path);
        int side = recipe.data().size();
        this.pairs = PairFolder.read(folder);
        ImageSize size = new ImageSize(side, side);
        int pixelsPerToken = model.config().latent().pixelsPerToken();
        this.grid = size.grid(pixelsPerToken);
        this.store =
                new LatentStore(TrainingStream.encoder(recipe, model.config(), model.autoencoder()), pixelsPerToken);
        try {
            PromptRows rows = new PromptRows(model.tokenizer(), model.config());
            for (PreferencePair pair : pairs) {
                prompts.add(rows.textToImage(pair.prompt(), "", grid));
                PictureRef first = store.add(List.of(
                                picture(folder.resolve(pair.winner()), size),
                                picture(folder.resolve(pair.loser()), size)))
                        .getFirst();
                if (first.index() != 2 * (prompts.size() - 1)) {
                    throw new IllegalStateException("pictures are not stored in order");
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static PixelImage picture(Path file, ImageSize size) {
        PixelImage image = ImageDecoder.read(file);
        if (!image.size().equals(size)) {
            throw new UserException(file + " is " + image.width() + "x" + image.height() + ", but data.size is "
                    + size.width() + "; pictures of a pair are not resized, as that changes what was preferred");
        }
        return image;
    }

    int size() {
        return pairs.size();
    }

    TokenGrid grid() {
        return grid;
    }

    PreferencePair pair(int index) {
        return pairs.get(index);
    }

    /** Text tokens of a prompt on average. */
    double textTokens() {
        return prompts.stream().mapToInt(PromptRow::length).average().orElseThrow();
    }

    /** All winners, then all losers, each behind its prompt; in the current scope. */
    PictureRows rows(int[] chosen) {
        List<PromptRow> both = new ArrayList<>();
        List<Tensor> tokens = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            for (int index : chosen) {
                both.add(prompts.get(index));
                tokens.add(store.get(2 * index + side));
            }
        }
        return PictureRows.of(
                both,
                Tensors.stack(tokens, 0),
                model.config().tokens().imagePlaceholder(),
                model.config().tokens().pad());
    }

    @Override
    public void close() {
        store.close();
    }
}
