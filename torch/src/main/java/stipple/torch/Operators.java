package stipple.torch;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;

/** Operators that the presets do not map, through libtorch's dispatcher, which takes its arguments as a stack. */
final class Operators {
    static {
        NativeLibraries.load();
    }

    private Operators() {}

    static OperatorHandle find(String name, String overload) {
        return Dispatcher.singleton().findSchemaOrThrow(name, overload);
    }

    /** Calls an operator for what it does to its arguments, which are freed. */
    static void call(OperatorHandle operator, IValue... arguments) {
        on(operator, arguments).close();
    }

    /** Calls an operator for the tensor it gives, which lands in the current scope; the arguments are freed. */
    static Tensor tensor(OperatorHandle operator, IValue... arguments) {
        try (IValueVector stack = on(operator, arguments)) {
            // What toTensor gives lies in the stack; the copy is an owner of its own.
            return Native.wrap(
                    () -> new org.bytedeco.pytorch.Tensor(stack.get(0).toTensor()));
        }
    }

    private static IValueVector on(OperatorHandle operator, IValue... arguments) {
        IValueVector stack = new IValueVector();
        try {
            for (IValue argument : arguments) {
                stack.push_back(argument);
            }
            Autograd.off(() -> Native.run(() -> operator.callBoxed(stack)));
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        } finally {
            for (IValue argument : arguments) {
                argument.close();
            }
        }
    }
}
