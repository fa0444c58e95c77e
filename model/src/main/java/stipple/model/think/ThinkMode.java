package stipple.model.think;

import stipple.model.text.SpecialText;
import stipple.torch.UserException;

/** What is written between the prompt and the picture. */
public enum ThinkMode {
    /** A plan of the picture. */
    PLAN("plan", SpecialText.BEGIN_OF_THINKING, SpecialText.END_OF_THINKING),
    /** The prompt at greater length. */
    REFINE("refine", SpecialText.BEGIN_OF_REFINEMENT, SpecialText.END_OF_REFINEMENT);

    private final String id;
    private final String begin;
    private final String end;

    ThinkMode(String id, String begin, String end) {
        this.id = id;
        this.begin = begin;
        this.end = end;
    }

    /** The name in options. */
    public String id() {
        return id;
    }

    String begin() {
        return begin;
    }

    String end() {
        return end;
    }

    /** Whether a prompt holds something written in this way already. */
    public boolean marks(String prompt) {
        return prompt.contains(begin);
    }

    /** A prompt with what was written for it, as it is drawn. */
    public String prompt(String prompt, String written) {
        return prompt + begin + written + end;
    }

    /**
     * The mode of a name.
     *
     * @throws UserException if there is none
     */
    public static ThinkMode of(String id) {
        for (ThinkMode mode : values()) {
            if (mode.id.equals(id)) {
                return mode;
            }
        }
        throw new UserException("Unknown way to think '" + id + "'; use plan or refine");
    }
}
