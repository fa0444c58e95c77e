package stipple.model.checkpoint;

import java.util.List;
import stipple.model.checkpoint.PickleValue.Callable;
import stipple.model.checkpoint.PickleValue.Dict;
import stipple.model.checkpoint.PickleValue.Storage;
import stipple.model.checkpoint.PickleValue.StorageClass;
import stipple.model.checkpoint.PickleValue.Text;
import stipple.model.checkpoint.PickleValue.Tuple;
import stipple.model.checkpoint.PickleValue.TypeName;
import stipple.model.checkpoint.PickleValue.View;
import stipple.model.checkpoint.PickleValue.Whole;
import stipple.torch.DType;
import stipple.torch.UserException;

/** Carries out the few calls a state dict's pickle makes. */
final class TensorRebuilder {
    private final String where;

    TensorRebuilder(String where) {
        this.where = where;
    }

    /** The storage a persistent id {@code ('storage', class, key, location, count)} names; the location is ignored. */
    PickleValue storage(PickleValue id) {
        if (id instanceof Tuple(List<PickleValue> items)
                && items.size() >= 5
                && items.get(0) instanceof Text(String kind)
                && kind.equals("storage")
                && items.get(1) instanceof StorageClass(DType dtype)
                && items.get(2) instanceof Text(String key)
                && items.get(4) instanceof Whole(long count)
                && count >= 0) {
            return new Storage(dtype, key, count);
        }
        throw damaged("a reference to a storage");
    }

    /**
     * The result of a call.
     *
     * @throws UserException if it is not one of the known calls with the arguments it takes
     */
    PickleValue call(PickleValue function, PickleValue arguments) {
        if (!(function instanceof Callable callable) || !(arguments instanceof Tuple(List<PickleValue> items))) {
            throw damaged("a call");
        }
        return switch (callable) {
            case ORDERED_DICT -> {
                if (!items.isEmpty()) {
                    throw damaged("an OrderedDict");
                }
                yield new Dict();
            }
            case REBUILD_TENSOR_V2 -> tensor(items, 6, null);
            case REBUILD_TENSOR_V3 -> {
                if (items.size() >= 7 && items.get(6) instanceof TypeName(DType dtype)) {
                    yield tensor(items, 7, dtype);
                }
                throw damaged("a tensor");
            }
            case REBUILD_PARAMETER -> {
                if (!items.isEmpty() && items.getFirst() instanceof View view) {
                    yield view;
                }
                throw damaged("a parameter");
            }
        };
    }

    private View tensor(List<PickleValue> items, int least, DType given) {
        if (items.size() >= least
                && items.get(0) instanceof Storage storage
                && items.get(1) instanceof Whole(long offset)
                && items.get(2) instanceof Tuple(List<PickleValue> shape)
                && items.get(3) instanceof Tuple(List<PickleValue> strides)
                && shape.size() == strides.size()) {
            DType dtype = given == null ? storage.dtype() : given;
            if (dtype != null && (storage.dtype() == null || storage.dtype() == dtype)) {
                return new View(storage, dtype, offset, longs(shape), longs(strides));
            }
        }
        throw damaged("a tensor");
    }

    private long[] longs(List<PickleValue> items) {
        long[] values = new long[items.size()];
        for (int i = 0; i < values.length; i++) {
            if (!(items.get(i) instanceof Whole(long value)) || value < 0) {
                throw damaged("a tensor's shape");
            }
            values[i] = value;
        }
        return values;
    }

    private UserException damaged(String what) {
        return new UserException(where + " is damaged: its pickle describes " + what + " in an unknown way");
    }
}
