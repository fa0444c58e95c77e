package stipple.eval.ocr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.eval.run.Pictures;
import stipple.model.files.AtomicFile;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;
import stipple.torch.UserException;

/** The program Tesseract (Smith 2007, Apache-2.0), which the user has installed. */
public final class Tesseract implements TextReader {
    private static final long LIMIT_SECONDS = 60;

    /** Tesseract wants letters of some 30 pixels. */
    private static final int SIDE = 512;

    private final String program;
    private final Path folder;

    /**
     * Finds the program.
     *
     * @param program its name or path
     * @throws UserException if it cannot be started
     */
    public Tesseract(String program) {
        this.program = program;
        try {
            this.folder = Files.createTempDirectory("stipple-ocr");
        } catch (IOException e) {
            throw new UserException("Cannot make a folder for pictures to read: " + AtomicFile.reason(e), e);
        }
        try {
            run(List.of(program, "--version"));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "Tesseract";
    }

    @Override
    public List<ReadText> read(Pixels picture) {
        Path file = folder.resolve("picture.png");
        int side = Math.max(SIDE, Math.max(picture.width(), picture.height()));
        Pixels large = Resampler.fitOnWhite(picture, side, Resampler.Filter.BICUBIC);
        PngWriter.write(file, Pictures.of(large), PngMetadata.NONE);
        // 6: one block of text.
        String text = run(List.of(program, file.toString(), "stdout", "--psm", "6"));
        List<ReadText> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isBlank()) {
                TextBox everywhere = new TextBox(0, 0, picture.width(), picture.height());
                lines.add(new ReadText(line.strip(), 1, everywhere));
            }
        }
        return lines;
    }

    private String run(List<String> command) {
        Path out = folder.resolve("out.txt");
        Process process = null;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new UserException(program + " did not end within " + LIMIT_SECONDS + " seconds");
            }
            if (process.exitValue() != 0) {
                throw new UserException(program + " failed with status " + process.exitValue()
                        + "; is it Tesseract, with English installed?");
            }
            return Files.readString(out, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UserException(
                    "The second reader could not be started ('" + program + "'): install tesseract-ocr, or leave the"
                            + " second opinion out",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while reading a picture", e);
        } finally {
            if (process != null) {
                process.destroy();
            }
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve("picture.png"));
            Files.deleteIfExists(folder.resolve("out.txt"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UserException("Cannot remove " + folder + ": " + AtomicFile.reason(e), e);
        }
    }
}
