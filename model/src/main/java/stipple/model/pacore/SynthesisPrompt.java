package stipple.model.pacore;

import java.util.ArrayList;
import java.util.List;

/** Asks a question again with the conclusions of others beside it. Only the last turn of the user changes. */
public final class SynthesisPrompt {
    private SynthesisPrompt() {}

    /**
     * The conversation as a round asks it.
     *
     * @param conversation with at least one turn of the user
     * @param references conclusions of the round before; with none the conversation stays as it is
     */
    public static List<ChatMessage> of(List<ChatMessage> conversation, List<String> references) {
        if (references.isEmpty()) {
            return List.copyOf(conversation);
        }
        List<ChatMessage> asked = new ArrayList<>(conversation);
        for (int i = asked.size() - 1; i >= 0; i--) {
            if (asked.get(i).isUser()) {
                asked.set(i, ChatMessage.user(text(asked.get(i).content(), references)));
                return asked;
            }
        }
        throw new IllegalArgumentException("The conversation has no turn of the user");
    }

    private static String text(String question, List<String> references) {
        StringBuilder text = new StringBuilder("Below are a problem and answers that others gave to it. Weigh these"
                + " answers, some of which may be wrong, and solve the problem yourself.\n\n## Problem\n\n");
        text.append(question.strip()).append("\n\n## Answers of others\n");
        for (int i = 0; i < references.size(); i++) {
            text.append("\n### Answer ")
                    .append(i + 1)
                    .append("\n\n")
                    .append(references.get(i))
                    .append('\n');
        }
        return text.append("\nNow write your own complete solution of the problem, with its final answer.")
                .toString();
    }
}
