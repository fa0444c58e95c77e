package stipple.data.caption;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Captions with what a model writes between them and the picture, in the special tokens of the released models (reference
 * §3.1): a plan of its own, or the prompt spelled out.
 */
public final class ThinkingText {
    private static final String BEGIN_OF_THINKING = "<|begin_of_thinking|>";
    private static final String END_OF_THINKING = "<|end_of_thinking|>";
    private static final String BEGIN_OF_REFINEMENT = "<|begin_of_prompt_refinement|>";
    private static final String END_OF_REFINEMENT = "<|end_of_prompt_refinement|>";

    private ThinkingText() {}

    /** A caption and the plan of its picture. */
    public static String planned(String caption, String plan) {
        return caption + thought(plan);
    }

    /** A caption, plans that others made for it, and the plan of its picture. */
    public static String synthesised(String caption, List<String> others, String plan) {
        return caption + others.stream().map(ThinkingText::thought).collect(Collectors.joining()) + thought(plan);
    }

    /** A caption and what it says at greater length. */
    public static String refined(String caption, String longer) {
        return caption + BEGIN_OF_REFINEMENT + longer + END_OF_REFINEMENT;
    }

    private static String thought(String plan) {
        return BEGIN_OF_THINKING + plan + END_OF_THINKING;
    }
}
