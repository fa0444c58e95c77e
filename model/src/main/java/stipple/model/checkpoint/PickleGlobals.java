package stipple.model.checkpoint;

import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.PickleValue.Callable;
import stipple.model.checkpoint.PickleValue.StorageClass;
import stipple.model.checkpoint.PickleValue.TypeName;
import stipple.torch.DType;

/** The only names a pickle may refer to. */
final class PickleGlobals {
    private static final Map<String, Callable> CALLABLES = Map.of(
            "collections.OrderedDict", Callable.ORDERED_DICT,
            "torch._utils._rebuild_tensor_v2", Callable.REBUILD_TENSOR_V2,
            "torch._utils._rebuild_tensor_v3", Callable.REBUILD_TENSOR_V3,
            "torch._utils._rebuild_parameter", Callable.REBUILD_PARAMETER);

    private static final Map<String, DType> STORAGES = Map.of(
            "FloatStorage", DType.F32,
            "DoubleStorage", DType.F64,
            "HalfStorage", DType.F16,
            "BFloat16Storage", DType.BF16,
            "LongStorage", DType.I64,
            "IntStorage", DType.I32,
            "ShortStorage", DType.I16,
            "CharStorage", DType.I8,
            "ByteStorage", DType.U8,
            "BoolStorage", DType.BOOL);

    private static final Map<String, DType> DTYPES = Map.of(
            "float32", DType.F32,
            "float64", DType.F64,
            "float16", DType.F16,
            "bfloat16", DType.BF16,
            "int64", DType.I64,
            "int32", DType.I32,
            "int16", DType.I16,
            "int8", DType.I8,
            "uint8", DType.U8,
            "bool", DType.BOOL);

    private PickleGlobals() {}

    /** The value of a global name, or null if it is not allowed. */
    static PickleValue find(String module, String name) {
        Callable callable = CALLABLES.get(module + "." + name);
        if (callable != null) {
            return callable;
        }
        if (List.of("torch", "torch.cuda", "torch.storage").contains(module)) {
            if (STORAGES.containsKey(name)) {
                return new StorageClass(STORAGES.get(name));
            }
            if (name.equals("UntypedStorage")) {
                return new StorageClass(null);
            }
        }
        return module.equals("torch") && DTYPES.containsKey(name) ? new TypeName(DTYPES.get(name)) : null;
    }
}
