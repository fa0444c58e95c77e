package stipple.train.pipeline;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/** What a part of the mixture teaches (reference §4.3). */
public enum Category {
    /** Documents without pictures. */
    TEXT,
    /** One picture with its caption, in either order. */
    PAIR,
    /** Source pictures, an instruction, and the picture to draw. */
    EDIT,
    /** Text with pictures in between. */
    INTERLEAVE;

    /** Reads a name as recipes write it. */
    public static Category of(String name) {
        return Arrays.stream(values())
                .filter(category -> category.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserException("Recipe: unknown category '" + name + "'; use "
                        + Arrays.stream(values()).map(Category::text).collect(Collectors.joining(", "))));
    }

    /** The name as recipes write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
