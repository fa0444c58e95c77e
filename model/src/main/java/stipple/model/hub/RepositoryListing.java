package stipple.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * What a repository holds at one commit.
 *
 * @param commit that the revision stood for when it was asked
 * @param files all of them
 */
record RepositoryListing(String commit, List<HubFile> files) {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40,64}");

    /**
     * Reads the answer of {@code /api/models/{owner}/{name}/revision/{revision}?blobs=true}.
     *
     * @throws UserException if it lacks the commit, or sizes or digests of files, or names files outside the folder
     */
    static RepositoryListing parse(String where, byte[] json) {
        JsonObjectFile answer = JsonObjectFile.parse(where, json);
        String commit = answer.text("sha", "");
        if (!COMMIT.matcher(commit).matches()) {
            throw new UserException(where + " tells no commit, so it is no hub for models; check the mirror");
        }
        List<HubFile> files = new ArrayList<>();
        for (JsonNode sibling : answer.node().path("siblings")) {
            String path = sibling.path("rfilename").asText();
            requireInside(where, path);
            if (FileChoice.useful(path)) {
                files.add(file(where, path, sibling));
            }
        }
        return new RepositoryListing(commit, List.copyOf(files));
    }

    private static HubFile file(String where, String path, JsonNode sibling) {
        JsonNode large = sibling.path("lfs");
        FileDigest digest = large.isObject()
                ? new FileDigest(FileDigest.Kind.SHA256, large.path("sha256").asText())
                : new FileDigest(
                        FileDigest.Kind.GIT_BLOB, sibling.path("blobId").asText());
        JsonNode size = large.has("size") ? large.path("size") : sibling.path("size");
        if (!FileDigest.valid(digest.kind(), digest.hex()) || !size.isIntegralNumber() || size.longValue() < 0) {
            throw new UserException(where + " tells no size or digest of " + path
                    + ", so the download could not be verified; use another mirror");
        }
        return new HubFile(path, size.longValue(), digest);
    }

    /** A hub is not trusted to say where on this machine a file goes. */
    private static void requireInside(String where, String path) {
        boolean outside = path.isEmpty()
                || path.startsWith("/")
                || path.contains("\\")
                || path.contains(":")
                || path.chars().anyMatch(Character::isISOControl)
                || List.of(path.split("/", -1)).stream()
                        .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        if (outside) {
            throw new UserException(where + " names a file outside of the model's folder: '" + path + "'");
        }
    }
}
