package stipple.train.dpo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
import stipple.train.pipeline.TrainingStream;
import stipple.train.post.PictureRows;
import stipple.train.recipe.Recipe;

/** Preference pairs with their prompts as ids and their pictures as image tokens, all encoded once. */
final class PairTokens implements AutoCloseable {
    /** Encoded together; a file of what is kept on disk holds so many. */
    private static final int PICTURES_AT_ONCE = 128;

    private final TrainedModel model;
    private final List<PreferencePair> pairs;
    private final List<PromptRow> winners = new ArrayList<>();
    private final List<PromptRow> losers = new ArrayList<>();

    /** Where the tokens of a picture are; one that is in several pairs is encoded once. */
    private final Map<String, Integer> stored = new LinkedHashMap<>();

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
                winners.add(rows.textToImage(pair.prompt(), "", grid));
                losers.add(
                        pair.loserPrompt().equals(pair.prompt())
                                ? winners.getLast()
                                : rows.textToImage(pair.loserPrompt(), "", grid));
                Stream.of(pair.winner(), pair.loser()).forEach(name -> stored.putIfAbsent(name, stored.size()));
            }
            List<String> names = List.copyOf(stored.keySet());
            for (int from = 0; from < names.size(); from += PICTURES_AT_ONCE) {
                store.add(names.subList(from, Math.min(from + PICTURES_AT_ONCE, names.size())).stream()
                        .map(name -> picture(folder.resolve(name), size))
                        .toList());
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
        return Stream.of(winners, losers)
                .flatMap(List::stream)
                .mapToInt(PromptRow::length)
                .average()
                .orElseThrow();
    }

    /** All winners, then all losers, each behind its prompt; in the current scope. */
    PictureRows rows(int[] chosen) {
        List<PromptRow> both = new ArrayList<>();
        List<Tensor> tokens = new ArrayList<>();
        for (int index : chosen) {
            both.add(winners.get(index));
            tokens.add(store.get(stored.get(pairs.get(index).winner())));
        }
        for (int index : chosen) {
            both.add(losers.get(index));
            tokens.add(store.get(stored.get(pairs.get(index).loser())));
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
