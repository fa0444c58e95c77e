package stipple.eval.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * Where a run keeps its pictures. A file {@value #FILE} tells what they were drawn with, so that a run never goes on with
 * pictures of another model or other settings.
 */
public final class RunFolder {
    /** Name of the file that identifies the run. */
    public static final String FILE = "run.json";

    private final Path folder;

    private RunFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens or begins a run.
     *
     * @param identity everything that decides how a picture looks, by name
     * @throws UserException if the folder holds a run of anything else
     */
    public static RunFolder open(Path folder, Map<String, String> identity) {
        Path file = folder.resolve(FILE);
        if (Files.isRegularFile(file)) {
            Map<String, String> before = new LinkedHashMap<>();
            JsonObjectFile.read(file)
                    .node()
                    .properties()
                    .forEach(
                            entry -> before.put(entry.getKey(), entry.getValue().asText()));
            for (Map.Entry<String, String> entry : identity.entrySet()) {
                String other = before.get(entry.getKey());
                if (!entry.getValue().equals(other)) {
                    throw new UserException(folder + " holds a run with " + entry.getKey() + " " + other
                            + ", this one has " + entry.getValue() + "; choose another --output");
                }
            }
        } else {
            ObjectNode object = JsonObjectFile.newObject();
            identity.forEach(object::put);
            JsonObjectFile.write(file, object);
        }
        return new RunFolder(folder);
    }

    /** The folder. */
    public Path path() {
        return folder;
    }

    /** Where a picture lies or will lie. */
    public Path picture(PictureOrder order) {
        return folder.resolve(order.file());
    }

    /** Whether a picture was drawn already; files appear whole or not at all. */
    public boolean has(PictureOrder order) {
        return Files.isRegularFile(picture(order));
    }
}
