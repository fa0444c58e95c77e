package stipple.model.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * Settings of the tokenizer library, made before it is first touched: it must neither report its use over the network
 * nor download a build for accelerators, and it unpacks its native part into a folder that must be writable. What the
 * environment already sets is left alone.
 */
public final class TokenizerRuntime {
    private TokenizerRuntime() {}

    /** Makes them; to be called before the library is used. */
    public static void prepare() {
        setDefault("OPT_OUT_TRACKING", "true");
        setDefault("RUST_FLAVOR", "cpu");
        if (!isSet("ENGINE_CACHE_DIR") && !isSet("DJL_CACHE_DIR")) {
            Path home = Path.of(System.getProperty("user.home"));
            if (!Files.isWritable(home)) {
                System.setProperty("ENGINE_CACHE_DIR", privateFolder().toString());
            }
        }
    }

    /** A folder that nobody else can put a library into; a fixed name under the temporary folder could be taken. */
    private static Path privateFolder() {
        try {
            return Files.createTempDirectory("stipple-tokenizer");
        } catch (IOException failure) {
            throw new UserException(
                    "No writable folder for the tokenizer's native library (" + AtomicFile.reason(failure)
                            + "); set DJL_CACHE_DIR to one",
                    failure);
        }
    }

    private static void setDefault(String name, String value) {
        if (!isSet(name)) {
            System.setProperty(name, value);
        }
    }

    private static boolean isSet(String name) {
        return System.getenv(name) != null || System.getProperty(name) != null;
    }
}
