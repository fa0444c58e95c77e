package stipple.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.model.agreement.DualEncoder;
import stipple.model.agreement.DualEncoderConfig;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.SafetensorsWriter;
import stipple.model.checkpoint.TensorSource;
import stipple.model.classify.ClassifierConfig;
import stipple.model.classify.PictureClassifier;
import stipple.model.nn.FreshWeights;
import stipple.model.nn.Weights;
import stipple.torch.DType;

/** A set of eighteen emoji in two styles, and judges that have learnt nothing. */
final class TinyEmoji {
    private static final List<String> THINGS = List.of("a red apple", "a blue car", "a grey cat");

    private TinyEmoji() {}

    /** Writes the set. */
    static Path write(Path folder) throws IOException {
        return write(folder, 40);
    }

    /** Writes a set of other greys. */
    static Path write(Path folder, int grey) throws IOException {
        Path data = Files.createDirectories(folder);
        for (String family : List.of("train", "unseen_pair", "unseen_emoji")) {
            try (TarShardWriter writer = new TarShardWriter(data, family, 8)) {
                for (int i = 0; i < 2 * THINGS.size(); i++) {
                    String style = i % 2 == 0 ? "flat" : "noto";
                    String caption = THINGS.get(i / 2) + (i % 2 == 0 ? ", flat style" : ", Noto style");
                    String json = "{\"caption\": [\"" + caption + "\"], \"metadata\": {\"style\": \"" + style + "\"}}";
                    byte[] png = PngEncoder.encode(Pixels.filled(32, 32, grey * i));
                    writer.add(family + i, json, List.of(new ImageMember("png", png)));
                }
                writer.finishAll();
            }
        }
        return data;
    }

    /** Writes a dual encoder over the vectors of a sentence encoder. */
    static Path judge(Path folder, String sentences) {
        DualEncoderConfig config = new DualEncoderConfig(16, List.of(8, 8), 1, 8, 384, sentences);
        config.write(folder, Map.of());
        return weights(folder, DualEncoder.WEIGHTS, config.expected());
    }

    /** Writes a classifier. */
    static Path styleJudge(Path folder, String label, String... labels) {
        List<Double> ones = Collections.nCopies(ClassifierConfig.STATISTICS, 1.0);
        ClassifierConfig config = new ClassifierConfig(label, List.of(labels), 16, 4, ones, ones);
        config.write(folder, Map.of());
        return weights(folder, PictureClassifier.WEIGHTS, config.expected());
    }

    private static Path weights(Path folder, String file, List<ExpectedTensor> expected) {
        try (Weights weights = FreshWeights.autoencoder(expected, 1)) {
            SafetensorsWriter.write(
                    folder.resolve(file),
                    weights.all().entrySet().stream()
                            .map(e -> new TensorSource(
                                    e.getKey(),
                                    DType.F32,
                                    e.getValue().shape(),
                                    () -> e.getValue().bytes()))
                            .toList(),
                    Map.of());
        }
        return folder;
    }
}
