package stipple.eval.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/** What can be measured. */
public enum Part {
    /** Reading a prompt. */
    PREFILL,
    /** One more token through the backbone. */
    STEP,
    /** One token by the head. */
    HEAD,
    /** Both: one token drawn and read back. */
    TOKEN,
    /** Decoding a picture. */
    VAE,
    /** A whole picture through the engine. */
    PICTURE,
    /** Several requests side by side. */
    REQUESTS;

    /** As a person writes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Parts by name, all if none is named.
     *
     * @throws UserException if there is no such part
     */
    public static Set<Part> of(Iterable<String> names) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (String name : names) {
            parts.add(Arrays.stream(values())
                    .filter(part -> part.label().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new UserException("Unknown part '" + name + "'; use one of "
                            + Arrays.stream(values()).map(Part::label).collect(Collectors.joining(", ")))));
        }
        return parts.isEmpty() ? EnumSet.allOf(Part.class) : parts;
    }
}
