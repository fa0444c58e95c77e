package stipple.cli;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.model.flow.SolverKind;
import stipple.model.image.ImageSize;
import stipple.torch.DType;
import stipple.torch.UserException;

/** Reads option values of our own types; what the types say about a bad value becomes the message. */
final class Converters {
    private Converters() {}

    static void register(CommandLine line) {
        line.registerConverter(ImageSize.class, of(ImageSize::parse));
        line.registerConverter(SamplerKind.class, of(SamplerKind::of));
        line.registerConverter(SolverKind.class, of(SolverKind::of));
        line.registerConverter(GuidanceSchedule.class, of(GuidanceSchedule::of));
        line.registerConverter(DType.class, of(Converters::dtype));
    }

    /** How options and records name a type. */
    static String name(DType type) {
        return switch (type) {
            case F32 -> "float32";
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            case F64 -> "float64";
            default -> throw new IllegalArgumentException("Nothing is computed in " + type);
        };
    }

    private static DType dtype(String name) {
        DType type = DType.ofName(name);
        if (type != DType.F32 && type != DType.BF16 && type != DType.F16) {
            throw new UserException("Models are not computed in " + name + "; use float32 or bfloat16");
        }
        return type;
    }

    private static <T> ITypeConverter<T> of(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (UserException mistake) {
                throw new TypeConversionException(mistake.getMessage());
            }
        };
    }

    /** The names of an option's values for its help. */
    static <T> String choices(T[] values, Function<T, String> name) {
        return Arrays.stream(values).map(name).collect(Collectors.joining(", "));
    }
}
