package stipple.model.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.torch.UserException;

/**
 * A model on a hub.
 *
 * @param owner a person or an organisation
 * @param name of the model
 * @param revision a branch, a tag or a commit
 */
public record RepositoryId(String owner, String name, String revision) {
    /** The branch that is meant when none is named. */
    public static final String MAIN = "main";

    private static final String WORD = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
    private static final Pattern TEXT = Pattern.compile("(" + WORD + ")/(" + WORD
            + ")(?:@([A-Za-z0-9][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,127}){0,7}))?");

    /**
     * Reads {@code owner/name} or {@code owner/name@revision}.
     *
     * @throws UserException if the text is neither
     */
    public static RepositoryId parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new UserException("'" + text
                        + "' names no model on a hub; write owner/name or owner/name@revision, such as"
                        + " stepfun-ai/NextStep-1.1"));
    }

    /** The same, empty where the text is something else. */
    public static Optional<RepositoryId> tryParse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches() || text.contains("..")) {
            return Optional.empty();
        }
        String revision = matcher.group(3) == null ? MAIN : matcher.group(3);
        return Optional.of(new RepositoryId(matcher.group(1), matcher.group(2), revision));
    }

    /** Owner and name, as in addresses of the hub. */
    public String path() {
        return owner + "/" + name;
    }

    /** The name of the folder under that of the owner; different revisions have different ones. */
    String folderName() {
        return revision.equals(MAIN) ? name : name + "@" + revision.replace("/", "%2F");
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return revision.equals(MAIN) ? path() : path() + "@" + revision;
    }
}
