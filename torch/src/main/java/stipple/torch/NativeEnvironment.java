package stipple.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Settings that native libraries read from the environment when they are loaded. A JVM cannot change its own environment,
 * but the C library's copy of it can be changed, which is what they read.
 */
final class NativeEnvironment {
    private NativeEnvironment() {}

    /**
     * After a product, OpenBLAS's threads wait for the next one in a busy loop of some 25 ms. Whatever else wants their
     * cores meanwhile, such as libtorch's own threads, crawls: decoding a small picture took eight times as long. The least
     * that can be set lets them sleep at once.
     */
    static void prepare() {
        setIfAbsent("OPENBLAS_THREAD_TIMEOUT", "4");
    }

    /** Sets a variable unless the user has; where the C library has no such function, nothing happens. */
    static void setIfAbsent(String name, String value) {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("setenv").ifPresent(function -> {
            MethodHandle setenv =
                    linker.downcallHandle(function, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
            try (Arena arena = Arena.ofConfined()) {
                int status = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
                if (status != 0) {
                    throw new IllegalStateException("Cannot set " + name + " in the environment of this process");
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("Native functions throw nothing", e);
            }
        });
    }

    /** The value that native libraries see, or null. */
    static String value(String name) {
        Linker linker = Linker.nativeLinker();
        MethodHandle getenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getenv"), FunctionDescriptor.of(ADDRESS, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = (MemorySegment) getenv.invokeExact(arena.allocateFrom(name));
            return found.equals(MemorySegment.NULL)
                    ? null
                    : found.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("Native functions throw nothing", e);
        }
    }
}
