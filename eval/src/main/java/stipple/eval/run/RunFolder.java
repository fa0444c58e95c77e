package stipple.eval.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import stipple.model.files.JsonJournal;
import stipple.model.files.JsonObjectFile;
import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;
import stipple.torch.UserException;

/**
 * Where a run keeps its pictures. A file {@value #FILE} tells what they were drawn with, so that a run never goes on with
 * pictures of another model or other settings; {@value #ORDERS} tells what each was drawn for, so that a picture of an earlier
 * prompt or of another input is never taken for one of this run.
 */
public final class RunFolder {
    /** Name of the file that identifies the run. */
    public static final String FILE = "run.json";

    /** Name of the journal of what each file was made of. */
    static final String ORDERS = "pictures.jsonl";

    private final Path folder;
    private final JsonJournal journal;
    private final Map<String, String> made = new HashMap<>();

    private RunFolder(Path folder) {
        this.folder = folder;
        journal = JsonJournal.open(folder.resolve(ORDERS));
        for (JsonNode line : journal.lines()) {
            made.put(line.path("file").asText(), line.path("order").asText());
        }
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

    /** Whether a picture was drawn for this very order; files appear whole or not at all. */
    public boolean has(PictureOrder order) {
        return has(order.file(), order.digest());
    }

    /** Whether there is a picture where one would lie that was drawn for another order, or for nobody knows what. */
    public boolean isStale(PictureOrder order) {
        return !has(order) && Files.isRegularFile(picture(order));
    }

    /** Keeps a picture. */
    public void write(PictureOrder order, PixelImage picture) {
        PngWriter.write(picture(order), picture, PngMetadata.NONE);
        wrote(order.file(), order.digest());
    }

    /** Whether a file was made of pictures of these very orders. */
    public boolean has(String file, List<PictureOrder> parts) {
        return has(file, digest(parts));
    }

    /** Keeps in mind of which pictures a file was made that was just written. */
    public void wrote(String file, List<PictureOrder> parts) {
        wrote(file, digest(parts));
    }

    private static String digest(List<PictureOrder> parts) {
        return parts.stream().map(PictureOrder::digest).collect(Collectors.joining("+"));
    }

    private boolean has(String file, String digest) {
        return digest.equals(made.get(file)) && Files.isRegularFile(folder.resolve(file));
    }

    private void wrote(String file, String digest) {
        made.put(file, digest);
        journal.add(JsonObjectFile.newObject().put("file", file).put("order", digest));
    }
}
