package stipple.model.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** Maps whole files, of any size, for reading. */
final class MappedFile {
    private MappedFile() {}

    static MemorySegment map(Path file, Arena arena) {
        if (!Files.exists(file)) {
            throw new UserException("Missing file " + file);
        }
        if (!Files.isRegularFile(file)) {
            throw new UserException("Cannot read " + file + ": it is not a file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException failure) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(failure), failure);
        }
    }
}
