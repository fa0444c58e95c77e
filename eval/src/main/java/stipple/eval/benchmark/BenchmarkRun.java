package stipple.eval.benchmark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import stipple.data.pixels.Pixels;
import stipple.eval.run.DrawSettings;
import stipple.eval.run.PictureOrder;
import stipple.eval.run.PictureRun;
import stipple.eval.run.Pictures;
import stipple.eval.run.RunFolder;
import stipple.eval.run.RunIdentity;
import stipple.model.files.AtomicFile;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;
import stipple.model.load.ModelIdentity;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/**
 * Draws the pictures of a public benchmark and puts them where its official scorer looks: the folder {@value #IMAGES} inside
 * the output is what to give to the scorer. A run that was stopped goes on.
 *
 * @param benchmark which one
 * @param prompts the user's copy of its prompts
 * @param limit prompts at most, from the first on
 * @param pictures pictures a prompt; benchmarks that put them into one picture take 1 or 4
 * @param seed of the first picture of a prompt; the next has one more
 * @param settings how to draw
 */
public record BenchmarkRun(
        Benchmark benchmark, Path prompts, int limit, int pictures, long seed, DrawSettings settings) {
    /** Folder of the pictures in the output. */
    public static final String IMAGES = "images";

    /** Folder of single pictures that are put together. */
    private static final String PARTS = "parts";

    private static final float JPEG_QUALITY = 0.95f;

    /** Checks the numbers. */
    public BenchmarkRun {
        if (limit < 1 || pictures < 1) {
            throw new UserException("A benchmark needs a prompt and a picture, got a limit of " + limit + " and "
                    + pictures + " pictures");
        }
        boolean together = benchmark == Benchmark.DPG || benchmark == Benchmark.ONEIG;
        if (together && pictures != 1 && pictures != 4) {
            throw new UserException("The scorer of " + benchmark.id() + " reads one picture or a square of four, got "
                    + pictures + "; use 1 or 4");
        }
        if (benchmark.pictures() == 1 && pictures != 1) {
            throw new UserException(
                    "The scorer of " + benchmark.id() + " reads one picture a prompt, got " + pictures + "; use 1");
        }
    }

    /**
     * Draws what is missing.
     *
     * @return the folder for the scorer
     */
    public Path run(NextStepCheckpoint checkpoint, ModelIdentity identity, Path output, PictureRun.Progress progress) {
        List<BenchmarkPrompt> asked =
                BenchmarkPrompts.read(benchmark, prompts).stream().limit(limit).toList();
        Map<String, String> who = RunIdentity.of(benchmark.id(), checkpoint, identity, settings);
        who.put("seed", String.valueOf(seed));
        RunFolder folder = RunFolder.open(output, who);
        String model = identity.name().replaceAll("[^A-Za-z0-9._-]", "-");
        List<PictureOrder> orders =
                asked.stream().flatMap(p -> orders(p).stream()).toList();
        PictureRun.draw(checkpoint, folder, orders, settings, progress);
        for (BenchmarkPrompt prompt : asked) {
            finish(prompt, folder, model);
        }
        Path images = output.resolve(IMAGES);
        return switch (benchmark) {
            case GENAI_BENCH -> images.resolve(model);
            case GENEVAL, DPG, WISE, ONEIG -> images;
        };
    }

    private List<PictureOrder> orders(BenchmarkPrompt prompt) {
        List<PictureOrder> orders = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            orders.add(new PictureOrder(prompt.id(), prompt.text(), seed + i, file(prompt, i)));
        }
        return orders;
    }

    private String file(BenchmarkPrompt prompt, int i) {
        return switch (benchmark) {
            case GENEVAL -> String.format(Locale.ROOT, "%s/%s/samples/%04d.png", IMAGES, prompt.id(), i);
            case WISE -> IMAGES + "/" + prompt.id() + ".png";
            case DPG, ONEIG, GENAI_BENCH -> PARTS + "/" + prompt.group() + "/" + prompt.id() + "-" + (i + 1) + ".png";
        };
    }

    private void finish(BenchmarkPrompt prompt, RunFolder folder, String model) {
        switch (benchmark) {
            case GENEVAL ->
                AtomicFile.write(
                        folder.path().resolve(IMAGES).resolve(prompt.id()).resolve("metadata.jsonl"),
                        (prompt.record() + "\n").getBytes(StandardCharsets.UTF_8));
            case DPG -> made(prompt, folder, IMAGES + "/" + prompt.id() + ".png", BenchmarkRun::together);
            case ONEIG ->
                made(
                        prompt,
                        folder,
                        IMAGES + "/" + prompt.group() + "/" + model + "/" + prompt.id() + ".png",
                        BenchmarkRun::together);
            case GENAI_BENCH ->
                made(prompt, folder, IMAGES + "/" + model + "/" + prompt.id() + ".jpeg", BenchmarkRun::jpeg);
            case WISE -> {
                // Lies where it belongs.
            }
        }
    }

    /** Makes the scorer's file of a prompt's pictures, unless it was made of these very pictures before. */
    private void made(BenchmarkPrompt prompt, RunFolder folder, String file, BiConsumer<List<Pixels>, Path> maker) {
        List<PictureOrder> orders = orders(prompt);
        if (!folder.has(file, orders)) {
            maker.accept(
                    orders.stream()
                            .map(order -> Pictures.read(folder.picture(order)))
                            .toList(),
                    folder.path().resolve(file));
            folder.wrote(file, orders);
        }
    }

    /** Four pictures in a square, row by row. */
    private static void together(List<Pixels> parts, Path target) {
        Pixels first = parts.getFirst();
        int columns = parts.size() == 1 ? 1 : 2;
        Pixels square = Pixels.filled(columns * first.width(), columns * first.height(), 255);
        for (int i = 0; i < parts.size(); i++) {
            square.paste(parts.get(i), i % columns * first.width(), i / columns * first.height());
        }
        PngWriter.write(target, Pictures.of(square), PngMetadata.NONE);
    }

    private static void jpeg(List<Pixels> parts, Path target) {
        Pixels picture = parts.getFirst();
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                image.setRGB(x, y, picture.at(x, y, 0) << 16 | picture.at(x, y, 1) << 8 | picture.at(x, y, 2));
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(JPEG_QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), quality);
        } catch (IOException e) {
            throw new UserException("Cannot write " + target + ": " + AtomicFile.reason(e), e);
        } finally {
            writer.dispose();
        }
        AtomicFile.write(target, bytes.toByteArray());
    }
}
