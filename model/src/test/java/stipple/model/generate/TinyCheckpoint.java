package stipple.model.generate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;

/** The golden weights with a tokenizer beside them and small pictures to draw: 16 tokens take a few milliseconds. */
public final class TinyCheckpoint {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final List<String> WEIGHTS = List.of(
            "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json");

    private TinyCheckpoint() {}

    /** Writes the folder and loads it in float32. */
    public static NextStepCheckpoint load(Path folder) throws IOException {
        return load(folder, DType.F32);
    }

    /** Writes the folder and loads it. */
    public static NextStepCheckpoint load(Path folder, DType type) throws IOException {
        Path golden = RESOURCES.resolve("golden/tiny-a");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode config =
                (ObjectNode) mapper.readTree(golden.resolve("config.json").toFile());
        config.put("boi", 264).put("eoi", 265).put("image_placeholder_id", 266);
        config.put("pad_token_id_added", 262).put("pad_token_id", 262).put("eos_token_id", 261);
        config.remove("bos_token_id");
        ObjectNode generation = config.putObject("stipple").putObject("generation");
        generation
                .put("width", 64)
                .put("height", 64)
                .put("steps", 4)
                .put("cfg", 3.0)
                .put("cfg_img", 1.0);
        generation.put("shift", 1.0).put("sampler", "ode").put("use_norm", true).put("cfg_schedule", "constant");
        generation.put("positive_prompt", "").put("negative_prompt", "");
        generation.putArray("sizes").add("64x64").add("32x64").add("64x32");
        mapper.writeValue(folder.resolve("config.json").toFile(), config);
        for (String name : WEIGHTS) {
            Files.copy(golden.resolve(name), folder.resolve(name));
        }
        Files.createDirectory(folder.resolve("vae"));
        for (String name : List.of("config.json", "checkpoint.pt")) {
            Files.copy(
                    golden.resolve("vae").resolve(name), folder.resolve("vae").resolve(name));
        }
        Files.copy(RESOURCES.resolve("tokenizer/tokenizer.json"), folder.resolve("tokenizer.json"));
        return NextStepCheckpoint.load(folder, LoadOptions.of(type));
    }

    /** A picture with structure, the same for the same number. */
    static PixelImage picture(ImageSize size, int number) {
        byte[] rgb = new byte[size.width() * size.height() * PixelImage.CHANNELS];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / PixelImage.CHANNELS % size.width();
            int y = i / PixelImage.CHANNELS / size.width();
            rgb[i] = (byte) (x * (2 + number) + y * (i % PixelImage.CHANNELS + 1));
        }
        return new PixelImage(size.width(), size.height(), rgb);
    }
}
