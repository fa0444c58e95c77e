package stipple.server.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import stipple.server.http.ApiException;

/** Pictures inside JSON. */
final class Base64Picture {
    private static final String DATA_URL = "data:";

    private Base64Picture() {}

    /**
     * The file in a string of base64, or in a data URL.
     *
     * @param field that the string was given for
     * @throws ApiException 400 if it is neither
     */
    static byte[] decode(String field, String text) {
        int comma = text.startsWith(DATA_URL) ? text.indexOf(',') : -1;
        if (text.startsWith(DATA_URL) && (comma < 0 || !text.substring(0, comma).endsWith(";base64"))) {
            throw ApiException.invalid(field, "invalid_image", "'" + field + "' is not a data URL in base64");
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(comma + 1));
        } catch (IllegalArgumentException damaged) {
            throw ApiException.invalid(field, "invalid_image", "'" + field + "' is not in base64");
        }
    }

    static String encode(byte[] content) {
        return Base64.getEncoder().encodeToString(content);
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
