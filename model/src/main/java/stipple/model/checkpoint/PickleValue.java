package stipple.model.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.torch.DType;

/** What a state dict's pickle can consist of. Nothing else exists, so nothing else can be built or called. */
sealed interface PickleValue {
    /** {@code None}. */
    enum None implements PickleValue {
        /** The only one. */
        NONE
    }

    /** A flag. */
    record Flag(boolean value) implements PickleValue {}

    /** An integer. */
    record Whole(long value) implements PickleValue {}

    /** A float. */
    record Real(double value) implements PickleValue {}

    /** A string. */
    record Text(String value) implements PickleValue {}

    /** A tuple. */
    record Tuple(List<PickleValue> items) implements PickleValue {}

    /** A list; grows while it is being built. */
    record Sequence(List<PickleValue> items) implements PickleValue {
        Sequence() {
            this(new ArrayList<>());
        }
    }

    /** A dict or OrderedDict with string keys; grows while it is being built. */
    record Dict(Map<String, PickleValue> items) implements PickleValue {
        Dict() {
            this(new LinkedHashMap<>());
        }
    }

    /** A function the pickle may call. */
    enum Callable implements PickleValue {
        ORDERED_DICT,
        REBUILD_TENSOR_V2,
        REBUILD_TENSOR_V3,
        REBUILD_PARAMETER
    }

    /** A class of storages; the type is null for an untyped one, which counts bytes. */
    record StorageClass(DType dtype) implements PickleValue {}

    /** A dtype by itself. */
    record TypeName(DType dtype) implements PickleValue {}

    /** A reference to an entry of the archive; {@code dtype} is null if untyped, {@code count} is in elements then bytes. */
    record Storage(DType dtype, String key, long count) implements PickleValue {}

    /** A tensor over a storage. */
    @SuppressWarnings("ArrayRecordComponent") // see StoredTensor
    record View(Storage storage, DType dtype, long offset, long[] shape, long[] strides) implements PickleValue {}
}
