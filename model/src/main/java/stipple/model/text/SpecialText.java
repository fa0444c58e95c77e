package stipple.model.text;

import java.util.List;

/** Literal strings with a meaning of their own (reference §3.1, §3.2); they must match byte for byte. */
public final class SpecialText {
    /** Announces an image's size. */
    public static final String IMAGE_AREA = "<|image_area|>";

    /** Begins an image. */
    public static final String BEGIN_OF_IMAGE = "<|begin_of_image|>";

    /** Ends an image. */
    public static final String END_OF_IMAGE = "<|end_of_image|>";

    /** Stands for one image token. */
    public static final String IMAGE_PLACEHOLDER = "<|image_placeholder|>";

    /** Marks where an edit instruction refers to its image. */
    public static final String IMAGE_TAG = "<image>";

    /** Fills rows. */
    public static final String PAD = "[PAD]";

    /** Ends a text. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Begins what a prompt is spelled out to. */
    public static final String BEGIN_OF_REFINEMENT = "<|begin_of_prompt_refinement|>";

    /** Ends it. */
    public static final String END_OF_REFINEMENT = "<|end_of_prompt_refinement|>";

    /** Begins a plan. */
    public static final String BEGIN_OF_THINKING = "<|begin_of_thinking|>";

    /** Ends a plan. */
    public static final String END_OF_THINKING = "<|end_of_thinking|>";

    /** What the released models add to Qwen2.5's vocabulary, in the order of the ids (reference §3.1). */
    public static final List<String> ADDED = List.of(
            PAD,
            IMAGE_AREA,
            BEGIN_OF_IMAGE,
            END_OF_IMAGE,
            IMAGE_PLACEHOLDER,
            BEGIN_OF_REFINEMENT,
            END_OF_REFINEMENT,
            BEGIN_OF_THINKING,
            END_OF_THINKING,
            "<|beginoftext|>");

    /** What a prompt may not contain: it would be read as part of an image. */
    static final List<String> RESERVED = List.of(IMAGE_AREA, BEGIN_OF_IMAGE, END_OF_IMAGE, IMAGE_PLACEHOLDER);

    private SpecialText() {}
}
