package stipple.torch.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import stipple.torch.Torch;

/**
 * The C library beside the classes. It is unpacked once into the cache of native libraries, under a name that holds its
 * checksum, so versions do not disturb each other. It may be missing: it is built only where there is a C compiler, and
 * {@code -Dstipple.kernels=off} leaves it aside; then everything runs on libtorch.
 */
public final class KernelLibrary {
    private static final String RESOURCE = "libstipple-kernels.so";
    private static final String SWITCH = "stipple.kernels";

    private static final Loaded LOADED = load();

    private KernelLibrary() {}

    /** What came of loading: the symbols, or why there are none. */
    private record Loaded(SymbolLookup symbols, Path file, String missing) {
        static Loaded without(String reason) {
            return new Loaded(null, null, reason);
        }
    }

    /** Whether the native kernels can be used. */
    public static boolean available() {
        return LOADED.symbols != null;
    }

    /** Why they cannot be used, in words that follow "because"; null if they can. */
    public static String missing() {
        return LOADED.missing;
    }

    /** The unpacked library, or null. */
    public static Path file() {
        return LOADED.file;
    }

    /**
     * A function of the library.
     *
     * @throws IllegalStateException if the library is missing or has no such function
     */
    public static MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(address(name), type);
    }

    /** The address of a function, to hand to another function. */
    public static MemorySegment address(String name) {
        if (!available()) {
            throw new IllegalStateException("No native kernels, because " + LOADED.missing);
        }
        return LOADED.symbols
                .find(name)
                .orElseThrow(() -> new IllegalStateException(LOADED.file + " has no function " + name));
    }

    private static Loaded load() {
        String wanted = System.getProperty(SWITCH, "on");
        if (wanted.equals("off")) {
            return Loaded.without("-D" + SWITCH + "=off leaves them aside");
        }
        try (InputStream resource = KernelLibrary.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                return Loaded.without("this build has none: there was no C compiler for this platform");
            }
            Path file = unpacked(resource.readAllBytes());
            return new Loaded(SymbolLookup.libraryLookup(file, Arena.global()), file, null);
        } catch (IOException e) {
            return Loaded.without("they cannot be unpacked to " + Torch.nativeCache() + " (" + e.getMessage() + ")");
        } catch (IllegalArgumentException e) {
            return Loaded.without("the linker refuses them (" + e.getMessage() + ")");
        }
    }

    /** Writes beside and moves, so that no other process ever sees half a library. */
    private static Path unpacked(byte[] library) throws IOException {
        Path folder = Torch.nativeCache();
        Path file = folder.resolve("stipple-kernels-" + checksum(library) + ".so");
        if (!Files.isRegularFile(file) || Files.size(file) != library.length) {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, "stipple-kernels-", ".part");
            try {
                Files.write(part, library);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        }
        return file;
    }

    private static String checksum(byte[] library) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(library))
                    .substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }
}
