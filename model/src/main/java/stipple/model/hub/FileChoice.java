package stipple.model.hub;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which files of a repository a model needs: weights once, configuration, tokenizer, card and licence; never code. */
final class FileChoice {
    private static final Set<String> TEXTS =
            Set.of("readme.md", "license", "license.md", "license.txt", "notice", "merges.txt", "vocab.txt");
    private static final Set<String> PICKLED = Set.of("bin", "pt", "pth", "ckpt");

    private FileChoice() {}

    /** Whether a file may be needed at all. */
    static boolean useful(String path) {
        String name = name(path);
        return weights(path) || extension(name).equals("json") || TEXTS.contains(name);
    }

    /** Whether a file holds weights. */
    static boolean weights(String path) {
        String extension = extension(name(path));
        return extension.equals("safetensors") || PICKLED.contains(extension);
    }

    /** The files to fetch: where a folder has safetensors, the same weights in pickled form are left out. */
    static List<HubFile> of(List<HubFile> files) {
        return files.stream()
                .filter(file -> !pickled(file.path())
                        || files.stream()
                                .noneMatch(other -> !pickled(other.path())
                                        && other.weights()
                                        && folder(other.path()).equals(folder(file.path()))))
                .toList();
    }

    private static boolean pickled(String path) {
        return PICKLED.contains(extension(name(path)));
    }

    private static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
