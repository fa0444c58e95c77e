package stipple.model.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import stipple.model.checkpoint.PickleValue.Dict;
import stipple.model.checkpoint.PickleValue.Storage;
import stipple.model.checkpoint.PickleValue.View;
import stipple.torch.UserException;

/**
 * A state dict saved by torch: a zip archive with a pickle and one entry per storage. Stored entries are mapped, packed
 * ones unpacked; tensors that are not contiguous are copied. The pickle is read by {@link PickleReader}, which cannot
 * run code.
 */
public final class TorchPickleFile implements TensorFile {
    private static final String PICKLE = "data.pkl";
    private static final String NESTED = "state_dict";

    private final Path path;
    private final Arena arena;
    private final ZipDirectory zip;
    private final String prefix;
    private final Map<String, MemorySegment> storages = new HashMap<>();
    private final Map<String, StoredTensor> tensors;

    private TorchPickleFile(Path path, Arena arena) {
        this.path = path;
        this.arena = arena;
        this.zip = new ZipDirectory(path.toString(), MappedFile.map(path, arena));
        this.prefix = prefix();
        checkByteOrder();
        this.tensors = Collections.unmodifiableMap(stateDict());
    }

    /**
     * Opens a file.
     *
     * @throws UserException if it is missing, damaged, no state dict, or its pickle asks for anything but tensors
     */
    public static TorchPickleFile open(Path path) {
        Arena arena = Arena.ofShared();
        try {
            return new TorchPickleFile(path, arena);
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

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private String prefix() {
        for (String name : zip.sizes().keySet()) {
            if (name.equals(PICKLE) || (name.endsWith("/" + PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))) {
                return name.substring(0, name.length() - PICKLE.length());
            }
        }
        throw new UserException(path + " is not a torch checkpoint: the zip archive has no " + PICKLE);
    }

    private void checkByteOrder() {
        String name = prefix + "byteorder";
        if (zip.sizes().containsKey(name)) {
            String order =
                    new String(zip.read(name, arena).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
            if (!order.equals("little")) {
                throw new UserException(
                        path + " was saved with byte order '" + order.strip() + "', only 'little' is read");
            }
        }
    }

    private Map<String, StoredTensor> stateDict() {
        PickleValue root = PickleReader.read(path.toString(), zip.read(prefix + PICKLE, arena));
        if (root instanceof Dict(Map<String, PickleValue> items) && items.get(NESTED) instanceof Dict nested) {
            root = nested;
        }
        if (!(root instanceof Dict(Map<String, PickleValue> items))) {
            throw new UserException(path + " does not hold a state dict");
        }
        if (items.isEmpty()) {
            throw new UserException(path + " holds an empty state dict");
        }
        Map<String, StoredTensor> result = new LinkedHashMap<>();
        items.forEach((name, value) -> {
            if (!(value instanceof View view)) {
                throw new UserException(path + " does not hold a state dict: '" + name + "' is not a tensor");
            }
            result.put(name, tensor(name, view));
        });
        return result;
    }

    private StoredTensor tensor(String name, View view) {
        MemorySegment storage = storage(view.storage());
        try {
            return StridedCopy.contiguous(name, view, storage, arena);
        } catch (ArithmeticException | IndexOutOfBoundsException outside) {
            throw new UserException(
                    path + " is damaged: tensor '" + name + "' " + Shapes.text(view.shape())
                            + " reaches outside its storage",
                    outside);
        }
    }

    private MemorySegment storage(Storage storage) {
        MemorySegment data = storages.computeIfAbsent(storage.key(), key -> zip.read(prefix + "data/" + key, arena));
        int width = storage.dtype() == null ? 1 : storage.dtype().bytes();
        if (data.byteSize() / width != storage.count() || data.byteSize() % width != 0) {
            throw new UserException(path + " is damaged: storage " + storage.key() + " should hold " + storage.count()
                    + " elements of " + width + " bytes, but has " + data.byteSize() + " bytes");
        }
        return data;
    }
}
