package stipple.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.files.JsonObjectFile;
import stipple.torch.DType;
import stipple.torch.UserException;

/**
 * The head of a safetensors file: eight bytes of length, then JSON. Everything it claims is checked against the file
 * before any of it is used.
 *
 * @param dataStart where the tensor bytes begin in the file
 * @param entries the tensors in header order
 * @param metadata the free-form strings
 */
record SafetensorsHeader(long dataStart, List<Entry> entries, Map<String, String> metadata) {
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LENGTH_BYTES = 8;
    private static final String METADATA = "__metadata__";

    /** The published format's own limit on the header. */
    private static final long MAX_HEADER = 100_000_000L;

    /** One tensor; offsets are relative to {@link #dataStart}. */
    @SuppressWarnings("ArrayRecordComponent") // see StoredTensor
    record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

    /**
     * Reads and checks the head of a mapped file.
     *
     * @param where the file's name for messages
     * @throws UserException naming the file, the tensor and what is wrong
     */
    static SafetensorsHeader read(String where, MemorySegment file) {
        if (file.byteSize() < LENGTH_BYTES) {
            throw new UserException(
                    where + " is truncated: " + file.byteSize() + " bytes are too few for a safetensors file");
        }
        long length = file.get(LENGTH, 0);
        if (length < 2 || length > MAX_HEADER) {
            throw new UserException(where + " is not a safetensors file: it claims a header of "
                    + Long.toUnsignedString(length) + " bytes");
        }
        if (length > file.byteSize() - LENGTH_BYTES) {
            throw new UserException(where + " is truncated: it claims a header of " + length + " bytes, but has only "
                    + (file.byteSize() - LENGTH_BYTES) + " after the length");
        }
        byte[] json = file.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        if (json[0] != '{') {
            throw new UserException(where + " is not a safetensors file: its header is not a JSON object");
        }
        ObjectNode header = JsonObjectFile.parse("The header of " + where, json).node();
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : header.properties()) {
            if (property.getKey().equals(METADATA)) {
                metadata.putAll(metadata(where, property.getValue()));
            } else {
                entries.add(entry(where, property.getKey(), property.getValue()));
            }
        }
        long dataStart = LENGTH_BYTES + length;
        checkLayout(where, entries, file.byteSize() - dataStart);
        return new SafetensorsHeader(dataStart, List.copyOf(entries), Map.copyOf(metadata));
    }

    private static Map<String, String> metadata(String where, JsonNode node) {
        Map<String, String> result = new LinkedHashMap<>();
        if (!node.isObject()) {
            throw new UserException(where + ": " + METADATA + " must be an object of strings");
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            if (!property.getValue().isTextual()) {
                throw new UserException(where + ": " + METADATA + " '" + property.getKey() + "' must be a string");
            }
            result.put(property.getKey(), property.getValue().textValue());
        }
        return result;
    }

    private static Entry entry(String where, String name, JsonNode node) {
        DType dtype = dtype(where, name, node.path("dtype"));
        long[] shape = longs(where, name, "shape", node.path("shape"));
        long[] offsets = longs(where, name, "data_offsets", node.path("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new UserException(where + ": tensor '" + name + "' has data_offsets " + node.path("data_offsets")
                    + ", expected [begin, end]");
        }
        long wanted;
        try {
            wanted = Math.multiplyExact(Shapes.count(shape), (long) dtype.bytes());
        } catch (ArithmeticException overflow) {
            throw new UserException(
                    where + ": tensor '" + name + "' has an impossible shape " + Shapes.text(shape), overflow);
        }
        if (wanted != offsets[1] - offsets[0]) {
            throw new UserException(where + ": tensor '" + name + "' of " + dtype + " " + Shapes.text(shape) + " needs "
                    + wanted + " bytes, but its data_offsets span " + (offsets[1] - offsets[0]));
        }
        return new Entry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static DType dtype(String where, String name, JsonNode node) {
        for (DType dtype : DType.values()) {
            if (node.isTextual() && dtype.safetensorsName().equals(node.textValue())) {
                return dtype;
            }
        }
        throw new UserException(where + ": tensor '" + name + "' has the unsupported dtype "
                + (node.isMissingNode() ? "(none)" : node.toString()));
    }

    private static long[] longs(String where, String name, String key, JsonNode node) {
        boolean valid = node.isArray();
        long[] values = new long[valid ? node.size() : 0];
        for (int i = 0; valid && i < values.length; i++) {
            JsonNode value = node.get(i);
            valid = value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
            values[i] = value.longValue();
        }
        if (!valid) {
            throw new UserException(where + ": tensor '" + name + "' has " + key + " "
                    + (node.isMissingNode() ? "(none)" : node.toString()) + ", expected a list of sizes");
        }
        return values;
    }

    /** The tensors must cover the data exactly: no overlap, no hole, nothing past the end. */
    private static void checkLayout(String where, List<Entry> entries, long dataBytes) {
        List<Entry> ordered = new ArrayList<>(entries);
        ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long reached = 0;
        String before = "the header";
        for (Entry entry : ordered) {
            if (entry.end > dataBytes) {
                throw new UserException(where + " is truncated: tensor '" + entry.name + "' ends at byte " + entry.end
                        + " of the data, but there are only " + dataBytes);
            }
            if (entry.begin < reached) {
                throw new UserException(where + ": tensor '" + entry.name + "' at byte " + entry.begin + " overlaps "
                        + before + ", which ends at " + reached);
            }
            if (entry.begin > reached) {
                throw new UserException(where + ": " + (entry.begin - reached) + " bytes before tensor '" + entry.name
                        + "' belong to no tensor");
            }
            reached = entry.end;
            before = "tensor '" + entry.name + "'";
        }
        if (reached != dataBytes) {
            throw new UserException(
                    where + ": " + (dataBytes - reached) + " bytes after " + before + " belong to no tensor");
        }
    }
}
