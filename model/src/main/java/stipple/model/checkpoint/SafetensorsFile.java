package stipple.model.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import stipple.torch.UserException;

/** A safetensors file, mapped: opening costs the header only, however large the tensors are. */
public final class SafetensorsFile implements TensorFile {
    private final Path path;
    private final Arena arena;
    private final Map<String, StoredTensor> tensors;
    private final Map<String, String> metadata;

    private SafetensorsFile(Path path, Arena arena) {
        this.path = path;
        this.arena = arena;
        MemorySegment file = MappedFile.map(path, arena);
        SafetensorsHeader header = SafetensorsHeader.read(path.toString(), file);
        Map<String, StoredTensor> byName = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            MemorySegment data = file.asSlice(header.dataStart() + entry.begin(), entry.end() - entry.begin());
            byName.put(entry.name(), new StoredTensor(entry.name(), entry.dtype(), entry.shape(), data));
        }
        this.tensors = Collections.unmodifiableMap(byName);
        this.metadata = header.metadata();
    }

    /**
     * Opens a file.
     *
     * @throws UserException if it is missing, truncated, or its header is wrong in any way
     */
    public static SafetensorsFile open(Path path) {
        Arena arena = Arena.ofShared();
        try {
            return new SafetensorsFile(path, arena);
        } catch (RuntimeException failure) {
            arena.close();
            throw failure;
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** The free-form strings of the header. */
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
