package stipple.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stipple.model.checkpoint.PickleValue.Dict;
import stipple.model.checkpoint.PickleValue.Flag;
import stipple.model.checkpoint.PickleValue.None;
import stipple.model.checkpoint.PickleValue.Real;
import stipple.model.checkpoint.PickleValue.Sequence;
import stipple.model.checkpoint.PickleValue.Text;
import stipple.model.checkpoint.PickleValue.Tuple;
import stipple.model.checkpoint.PickleValue.Whole;
import stipple.torch.UserException;

/**
 * A pickle machine that can build state dicts and nothing else: the opcodes are those torch writes (protocol 2, and
 * the newer spellings of the same things), and the only functions are {@link PickleGlobals}'. No code is ever run.
 */
final class PickleReader {
    private static final int MAX_PROTOCOL = 5;

    private final String where;
    private final ByteBuffer in;
    private final TensorRebuilder rebuilder;
    private final List<PickleValue> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, PickleValue> memo = new HashMap<>();

    private PickleReader(String where, MemorySegment pickle) {
        this.where = where;
        this.in = ByteBuffer.wrap(pickle.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
        this.rebuilder = new TensorRebuilder(where);
    }

    /**
     * Builds the one value a pickle holds.
     *
     * @param where the file's name for messages
     * @throws UserException if the pickle is malformed or asks for anything but tensors
     */
    static PickleValue read(String where, MemorySegment pickle) {
        PickleReader reader = new PickleReader(where, pickle);
        try {
            return reader.run();
        } catch (BufferUnderflowException ended) {
            throw new UserException(where + " is damaged: its pickle ends too early", ended);
        }
    }

    private PickleValue run() {
        while (true) {
            int opcode = u8();
            if (opcode == '.') {
                return pop();
            }
            if (!container(opcode) && !scalar(opcode) && !memoOrGlobal(opcode)) {
                throw new UserException(String.format(
                        "%s: pickle opcode 0x%02x at byte %d is not one a state dict needs",
                        where, opcode, in.position() - 1));
            }
        }
    }

    private boolean scalar(int opcode) {
        switch (opcode) {
            case 'N' -> push(None.NONE);
            case 0x88 -> push(new Flag(true));
            case 0x89 -> push(new Flag(false));
            case 'J' -> push(new Whole(in.getInt()));
            case 'K' -> push(new Whole(u8()));
            case 'M' -> push(new Whole(u16()));
            case 0x8a -> push(new Whole(big(u8())));
            case 'G' -> push(new Real(Double.longBitsToDouble(Long.reverseBytes(in.getLong()))));
            case 'X' -> push(new Text(text(Integer.toUnsignedLong(in.getInt()))));
            case 0x8c -> push(new Text(text(u8())));
            case 0x8d -> push(new Text(text(in.getLong())));
            case 'U' -> push(new Text(text(u8())));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) {
        switch (opcode) {
            case '(' -> marks.add(stack.size());
            case ')' -> push(new Tuple(List.of()));
            case '}' -> push(new Dict());
            case ']' -> push(new Sequence());
            case 't' -> push(new Tuple(popMark()));
            case 0x85 -> push(new Tuple(popLast(1)));
            case 0x86 -> push(new Tuple(popLast(2)));
            case 0x87 -> push(new Tuple(popLast(3)));
            case 'a' -> {
                List<PickleValue> item = popLast(1);
                peek(Sequence.class, "append").items().addAll(item);
            }
            case 'e' -> {
                List<PickleValue> items = popMark();
                peek(Sequence.class, "append").items().addAll(items);
            }
            case 's' -> setItems(popLast(2));
            case 'u' -> setItems(popMark());
            case '0' -> pop();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memoOrGlobal(int opcode) {
        switch (opcode) {
            case 0x80 -> {
                int protocol = u8();
                if (protocol > MAX_PROTOCOL) {
                    throw new UserException(where + ": pickle protocol " + protocol + " is unknown");
                }
            }
            // A frame only announces how many bytes follow.
            case 0x95 -> in.getLong();
            case 'q' -> memo.put(u8(), top());
            case 'r' -> memo.put(in.getInt(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> push(remembered(u8()));
            case 'j' -> push(remembered(in.getInt()));
            case 'c' -> {
                String module = line();
                push(global(module, line()));
            }
            case 0x93 -> {
                List<PickleValue> names = popLast(2);
                push(global(string(names.get(0)), string(names.get(1))));
            }
            case 'Q' -> push(rebuilder.storage(pop()));
            case 'R' -> {
                List<PickleValue> call = popLast(2);
                push(rebuilder.call(call.get(0), call.get(1)));
            }
            case 'b' -> {
                // A state dict carries its modules' version numbers as an attribute; the tensors do not need it.
                pop();
                peek(Dict.class, "set attributes of");
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private PickleValue global(String module, String name) {
        PickleValue value = PickleGlobals.find(module, name);
        if (value == null) {
            throw new UserException(where + " was refused: its pickle refers to " + module + "." + name
                    + ", but a checkpoint may hold only tensors");
        }
        return value;
    }

    private void setItems(List<PickleValue> items) {
        if (items.size() % 2 != 0) {
            throw damaged("a dict has a key without a value");
        }
        Dict dict = peek(Dict.class, "set items of");
        for (int i = 0; i < items.size(); i += 2) {
            dict.items().put(string(items.get(i)), items.get(i + 1));
        }
    }

    private String string(PickleValue value) {
        return switch (value) {
            case Text text -> text.value();
            // An optimiser's state is keyed by number; such a dict is not a state dict, but may lie beside one.
            case Whole whole -> Long.toString(whole.value());
            default -> throw damaged("a name is not a string");
        };
    }

    private PickleValue remembered(int key) {
        PickleValue value = memo.get(key);
        if (value == null) {
            throw damaged("memo " + key + " is used before it is set");
        }
        return value;
    }

    private void push(PickleValue value) {
        stack.add(value);
    }

    private PickleValue pop() {
        return popLast(1).getFirst();
    }

    private List<PickleValue> popLast(int count) {
        int floor = marks.isEmpty() ? 0 : marks.getLast();
        if (stack.size() - count < floor) {
            throw damaged("its stack is empty");
        }
        List<PickleValue> tail = stack.subList(stack.size() - count, stack.size());
        List<PickleValue> items = List.copyOf(tail);
        tail.clear();
        return items;
    }

    private List<PickleValue> popMark() {
        if (marks.isEmpty()) {
            throw damaged("a mark is missing");
        }
        List<PickleValue> items = popLast(stack.size() - marks.getLast());
        marks.removeLast();
        return items;
    }

    private PickleValue top() {
        if (stack.isEmpty()) {
            throw damaged("its stack is empty");
        }
        return stack.getLast();
    }

    private <T extends PickleValue> T peek(Class<T> type, String action) {
        PickleValue top = top();
        if (!type.isInstance(top)) {
            throw damaged("it tries to " + action + " a " + top.getClass().getSimpleName());
        }
        return type.cast(top);
    }

    private int u8() {
        return Byte.toUnsignedInt(in.get());
    }

    private int u16() {
        return Short.toUnsignedInt(in.getShort());
    }

    private long big(int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        byte[] reversed = new byte[length];
        for (int i = 0; i < length; i++) {
            reversed[i] = bytes[length - 1 - i];
        }
        try {
            return length == 0 ? 0 : new BigInteger(reversed).longValueExact();
        } catch (ArithmeticException tooLarge) {
            throw new UserException(where + " is damaged: a number of " + length + " bytes in its pickle", tooLarge);
        }
    }

    private String text(long length) {
        if (length < 0 || length > in.remaining()) {
            throw damaged("a string of " + length + " bytes is longer than the rest");
        }
        ByteBuffer bytes = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException malformed) {
            throw new UserException(where + " is damaged: a string in its pickle is not UTF-8", malformed);
        }
    }

    private String line() {
        int start = in.position();
        while (in.get() != '\n') {
            // the get itself advances
        }
        return new String(in.array(), start, in.position() - 1 - start, StandardCharsets.UTF_8);
    }

    private UserException damaged(String why) {
        return new UserException(where + " is damaged: " + why + " at byte " + in.position() + " of its pickle");
    }
}
