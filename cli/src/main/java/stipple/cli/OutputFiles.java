package stipple.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import stipple.model.generate.GenerationRequest;
import stipple.torch.UserException;

/**
 * Where the pictures of a request go.
 *
 * @param pictures one file per picture
 * @param previews folder of partial pictures, or null
 */
record OutputFiles(List<Path> pictures, Path previews) {
    private static final String EXTENSION = ".png";

    /**
     * Names the files. A file that was asked for by name is replaced; a name we chose never hits a file that is there.
     *
     * @param out a file, a folder that exists, or null for the working directory
     * @throws UserException if the name does not end in {@code .png}, or its folder cannot be written to
     */
    static OutputFiles plan(Path out, Path previews, GenerationRequest request) {
        List<Path> pictures = IntStream.range(0, request.count())
                .mapToObj(i -> {
                    if (out == null || Files.isDirectory(out)) {
                        return chosen(out, request.seed() + i);
                    }
                    return request.count() == 1 ? out : out.resolveSibling(stem(out) + "-" + (i + 1) + EXTENSION);
                })
                .toList();
        pictures.forEach(OutputFiles::requireWritable);
        if (previews != null) {
            requireWritable(previews.resolve("x" + EXTENSION));
        }
        return new OutputFiles(pictures, previews);
    }

    /** The file of a partial picture. */
    Path preview(int picture, int row) {
        return previews.resolve(String.format(Locale.ROOT, "%s-row-%02d.png", stem(pictures.get(picture)), row));
    }

    private static Path chosen(Path folder, long seed) {
        Path name = Path.of("stipple-" + seed + EXTENSION);
        Path file = folder == null ? name : folder.resolve(name);
        for (int i = 2; Files.exists(file); i++) {
            file = file.resolveSibling("stipple-" + seed + "-" + i + EXTENSION);
        }
        return file;
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.toLowerCase(Locale.ROOT).endsWith(EXTENSION)) {
            throw new UserException("Pictures are written as PNG; '" + file + "' does not end in " + EXTENSION);
        }
        return name.substring(0, name.length() - EXTENSION.length());
    }

    /** Found out before minutes are spent on drawing; the folders themselves are made when a file is written. */
    private static void requireWritable(Path file) {
        stem(file);
        Path folder = file.toAbsolutePath().getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UserException("Cannot write " + file + ": " + folder + " is not a folder");
        }
        if (!Files.isWritable(folder)) {
            throw new UserException("Cannot write " + file + ": no permission to write to " + folder);
        }
    }
}
