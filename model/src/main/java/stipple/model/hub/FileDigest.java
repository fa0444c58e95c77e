package stipple.model.hub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a file must hash to. Hubs keep large files by the SHA-256 of their content, and small ones in git, which names them
 * by the SHA-1 of a header with the length and the content.
 *
 * @param kind how it is computed
 * @param hex lower case
 */
record FileDigest(Kind kind, String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    /** Ways to hash a file. */
    enum Kind {
        SHA256("SHA-256", 64),
        GIT_BLOB("SHA-1", 40);

        private final String algorithm;
        private final int length;

        Kind(String algorithm, int length) {
            this.algorithm = algorithm;
            this.length = length;
        }
    }

    /** Whether a text is a digest of the kind. */
    static boolean valid(Kind kind, String text) {
        return text.length() == kind.length && HEX.matcher(text).matches();
    }

    /** A digest that has seen everything before the content of a file of that many bytes. */
    MessageDigest start(long size) {
        try {
            MessageDigest digest = MessageDigest.getInstance(kind.algorithm);
            if (kind == Kind.GIT_BLOB) {
                digest.update(("blob " + size + "\0").getBytes(US_ASCII));
            }
            return digest;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has " + kind.algorithm, impossible);
        }
    }

    /** Whether what was hashed is the file. */
    boolean matches(byte[] hash) {
        return HexFormat.of().formatHex(hash).equals(hex);
    }

    /** Whether an entity tag speaks of another file; tags that are no digests of this kind say nothing. */
    boolean contradicts(String etag) {
        String tag = etag.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT);
        return valid(kind, tag) && !tag.equals(hex);
    }
}
