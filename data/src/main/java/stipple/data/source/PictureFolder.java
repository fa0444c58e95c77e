package stipple.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.SkipLog;

/**
 * A folder of pictures, each with a caption beside it: {@code cat.jpg} and {@code cat.txt}. Subfolders are included, the
 * order is that of the relative paths. Every line of the text file that is not blank is one variant of the caption.
 */
public final class PictureFolder implements SampleSource {
    private final Path folder;
    private final List<Path> pictures;
    private final List<String> keys;
    private final SkipLog skips;

    private PictureFolder(Path folder, List<Path> pictures, List<String> keys, SkipLog skips) {
        this.folder = folder;
        this.pictures = pictures;
        this.keys = keys;
        this.skips = skips;
    }

    /**
     * Lists a folder.
     *
     * @throws DataException if no picture in it has a caption
     */
    public static PictureFolder open(Path folder) {
        SkipLog skips = new SkipLog();
        List<Path> pictures = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Path file : list(folder)) {
            String relative = relative(folder, file);
            if (!Files.isRegularFile(captionFile(file))) {
                skips.skip("picture without a .txt caption", relative);
                continue;
            }
            // cat.png and cat.jpg share a caption; the second keeps its extension in its key.
            String stem = relative.substring(0, relative.lastIndexOf('.'));
            String key = seen.add(stem) ? stem : relative;
            pictures.add(file);
            keys.add(key);
        }
        if (pictures.isEmpty()) {
            throw new DataException("no picture with a caption in " + folder + "; left out: " + skips.summary()
                    + ". Put the caption of cat.png into cat.txt beside it");
        }
        return new PictureFolder(folder, List.copyOf(pictures), List.copyOf(keys), skips);
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(PictureFiles::isPicture)
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(file -> relative(folder, file)))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new DataException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }

    private static String relative(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static Path captionFile(Path picture) {
        String name = picture.getFileName().toString();
        return picture.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
    }

    @Override
    public int size() {
        return pictures.size();
    }

    @Override
    public String key(int i) {
        return keys.get(i);
    }

    @Override
    public JsonNode json(int i) {
        Path file = captionFile(pictures.get(i));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode captions = json.putArray("caption");
        try {
            Files.readString(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .forEach(captions::add);
        } catch (IOException e) {
            throw new DataException("cannot read " + file + " as UTF-8 text: " + e.getMessage(), e);
        }
        if (captions.isEmpty()) {
            throw new DataException(file + " is blank; write the caption into it");
        }
        return json;
    }

    @Override
    public Sample get(int i) {
        return new Sample(key(i), json(i), List.of(PictureFiles.read(pictures.get(i))));
    }

    @Override
    public SkipLog skips() {
        return skips;
    }

    @Override
    public String name() {
        return folder.toString();
    }
}
