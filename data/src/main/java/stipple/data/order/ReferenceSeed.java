package stipple.data.order;

/**
 * The reference's way to derive a seed from several values (reference §4.5): {@code s = (s * 31 + value) & 0x7fffffff},
 * from s = 0. A text counts as the same polynomial over its code points.
 */
public final class ReferenceSeed {
    private static final long MASK = 0x7fffffffL;

    private ReferenceSeed() {}

    /**
     * The seed of some values: (42) gives 42, (42, 0) gives 1302.
     *
     * @param values whole numbers and texts
     */
    public static int of(Object... values) {
        long seed = 0;
        for (Object value : values) {
            long part = switch (value) {
                case Integer number -> number;
                case Long number -> number;
                case CharSequence text -> text.codePoints().asLongStream().reduce(0, (h, c) -> h * 31 + c);
                default ->
                    throw new IllegalArgumentException("a seed is made of whole numbers and texts, given " + value);
            };
            seed = (seed * 31 + part) & MASK;
        }
        return (int) seed;
    }
}
