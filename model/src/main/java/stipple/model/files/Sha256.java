package stipple.model.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import stipple.torch.UserException;

/** SHA-256 of files, as {@code sha256sum} prints it. */
public final class Sha256 {
    private static final int CHUNK = 1 << 20;

    private Sha256() {}

    /**
     * The digest of files one after the other, in lower-case hex; for a single file that of the file.
     *
     * @throws UserException if one cannot be read
     */
    public static String of(List<Path> files) {
        MessageDigest digest = digest();
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        for (Path file : files) {
            try (FileChannel channel = FileChannel.open(file)) {
                while (channel.read(buffer.clear()) >= 0) {
                    digest.update(buffer.flip());
                }
            } catch (IOException failure) {
                throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(failure), failure);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** An empty digest, for what is not a file. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
