package stipple.server.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import stipple.server.http.ApiException;
import stipple.server.http.Call;

/**
 * Addresses of files that pages can use in {@code <img>} and in links, where they cannot send a key: each carries a code that
 * only this process can make, and only makes for who holds a key.
 */
final class FileTickets {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int CODE_BYTES = 16;
    private static final String NAME = "ticket";

    private final SecretKeySpec key;

    /** A new key: addresses of an earlier process do not work any more. */
    FileTickets() {
        byte[] secret = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** The address with its code. */
    String address(String path) {
        return path + (path.contains("?") ? "&" : "?") + NAME + "=" + code(path);
    }

    /**
     * Lets a request in whose address was made here.
     *
     * @param path the address that was given to {@link #address}
     * @throws ApiException 403 otherwise
     */
    void check(Call call, String path) {
        byte[] given = call.query(NAME).orElse("").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(code(path).getBytes(StandardCharsets.UTF_8), given)) {
            throw ApiException.mistake(
                    403, "invalid_ticket", "The address is not one of this server, or of an earlier run of it");
        }
    }

    private String code(String path) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] code = mac.doFinal(path.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(code, 0, CODE_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, impossible);
        }
    }

    /** A name as a part of an address. */
    static String escaped(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
