package stipple.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stipple.model.files.JsonObjectFile;

/**
 * What is remembered in the folder of a pulled model.
 *
 * @param id as it was asked for
 * @param commit that the revision stood for
 * @param hub address it came from
 * @param pulled when, in ISO 8601
 * @param files all files with their digests
 */
record PulledModel(String id, String commit, String hub, String pulled, List<HubFile> files) {
    /** The file inside the model's folder. */
    static final String FILE = "pulled.json";

    static PulledModel now(RepositoryId id, String commit, HubOptions options, List<HubFile> files) {
        return new PulledModel(
                id.toString(),
                commit,
                options.endpoint().toString(),
                Instant.now().toString(),
                files);
    }

    /** What is remembered, empty for a folder that was not pulled. */
    static Optional<PulledModel> read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        JsonObjectFile json = JsonObjectFile.read(file);
        List<HubFile> files = new ArrayList<>();
        for (JsonNode node : json.node().path("files")) {
            FileDigest.Kind kind = node.has("sha256") ? FileDigest.Kind.SHA256 : FileDigest.Kind.GIT_BLOB;
            String hex = node.path(kind == FileDigest.Kind.SHA256 ? "sha256" : "git_blob")
                    .asText();
            files.add(new HubFile(node.path("path").asText(), node.path("size").asLong(), new FileDigest(kind, hex)));
        }
        return Optional.of(new PulledModel(
                json.text("id", ""), json.text("commit", ""), json.text("hub", ""), json.text("pulled", ""), files));
    }

    void write(Path folder) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("id", id).put("commit", commit).put("hub", hub).put("pulled", pulled);
        for (HubFile file : files) {
            json.withArray("files")
                    .addObject()
                    .put("path", file.path())
                    .put("size", file.size())
                    .put(
                            file.digest().kind() == FileDigest.Kind.SHA256 ? "sha256" : "git_blob",
                            file.digest().hex());
        }
        JsonObjectFile.write(folder.resolve(FILE), json);
    }

    /** Bytes of all files. */
    long bytes() {
        return files.stream().mapToLong(HubFile::size).sum();
    }
}
