package stipple.server.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import stipple.model.files.JsonObjectFile;
import stipple.model.generate.InputReference;
import stipple.server.picture.PictureFormat;

/**
 * What a job is to do, with no value left open, so that any replica can do it at any time.
 *
 * @param request every field of the engine's request by its {@linkplain stipple.model.generate.RequestJson keys}
 * @param input the picture to edit; its bytes are the job's input file
 * @param start the picture to continue; its bytes are the job's start file
 * @param format of the pictures' files
 * @param compression 0 to 100 of a lossy format
 * @param quality the API's word for the number of steps
 * @param metadata whether the settings are written into the pictures' files
 * @param user who asked, as the client says, may be empty
 * @param requestId of the call that asked
 * @param textTokens tokens of the prompt
 * @param inputTokens tokens of the picture to edit and of the rows that are kept
 * @param pictureTokens tokens to draw of one picture
 */
public record JobSpec(
        ObjectNode request,
        Optional<InputReference> input,
        Optional<InputReference> start,
        PictureFormat format,
        int compression,
        String quality,
        boolean metadata,
        String user,
        String requestId,
        int textTokens,
        int inputTokens,
        int pictureTokens) {

    /** Number of pictures. */
    public int count() {
        return request.get("n").intValue();
    }

    /** Seed of the first picture. */
    public long seed() {
        return request.get("seed").longValue();
    }

    /** Width and height, as {@code 64x64}. */
    public String size() {
        return request.get("size").textValue();
    }

    /** Rows of tokens that are kept of the picture to continue; 0 if none is. */
    public int keptRows() {
        return request.path("continue_rows").intValue();
    }

    /** Image tokens to draw of all pictures. */
    public int totalTokens() {
        return count() * pictureTokens;
    }

    String toJson() {
        ObjectNode json = JsonObjectFile.newObject();
        json.set("request", request);
        reference(json, "input", input);
        reference(json, "start", start);
        json.put("format", format.id());
        json.put("compression", compression);
        json.put("quality", quality);
        json.put("metadata", metadata);
        json.put("user", user);
        json.put("request_id", requestId);
        json.put("text_tokens", textTokens);
        json.put("input_tokens", inputTokens);
        json.put("picture_tokens", pictureTokens);
        return json.toString();
    }

    static JobSpec parse(String text) {
        JsonObjectFile json = JsonObjectFile.parse("A stored job", text.getBytes(StandardCharsets.UTF_8));
        return new JobSpec(
                json.object("request").orElseThrow().node(),
                reference(json, "input"),
                reference(json, "start"),
                PictureFormat.of(json.text("format", "")).orElseThrow(),
                json.integer("compression"),
                json.text("quality", ""),
                json.flag("metadata"),
                json.text("user", ""),
                json.text("request_id", ""),
                json.integer("text_tokens"),
                json.integer("input_tokens"),
                json.integer("picture_tokens"));
    }

    private static void reference(ObjectNode json, String key, Optional<InputReference> file) {
        file.ifPresent(of -> json.putObject(key).put("path", of.path()).put("sha256", of.sha256()));
    }

    private static Optional<InputReference> reference(JsonObjectFile json, String key) {
        return json.object(key).map(of -> new InputReference(of.text("path", ""), of.text("sha256", "")));
    }
}
