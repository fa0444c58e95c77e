package stipple.data.composition;

import java.util.ArrayList;
import java.util.List;
import stipple.data.caption.Sentences;

/**
 * A change of a scene.
 *
 * @param kind {@code recolour}, {@code background}, {@code swap}, {@code remove}, {@code add}, {@code replace} or
 *     {@code move}
 * @param source the scene before
 * @param target the scene after; what the instruction does not name is where and as it was
 * @param instructions ways to ask for it
 * @param chinese the same in Chinese
 */
public record SceneEdit(String kind, Scene source, Scene target, List<String> instructions, List<String> chinese) {
    /** Copies the lists. */
    public SceneEdit {
        instructions = List.copyOf(instructions);
        chinese = List.copyOf(chinese);
    }

    /** Instructions that say what the pictures show and that nothing else changes. */
    List<String> longInstructions() {
        // What moves is the same before and after.
        String after = words(target).equals(words(source))
                ? " Nothing is added and nothing is taken away."
                : " Then it shows " + words(target) + ".";
        return List.of(
                Sentences.of(instructions.getFirst()) + " Everything else stays where and as it is.",
                "The picture shows " + words(source) + ". " + Sentences.of(instructions.getLast()) + after);
    }

    /** The Chinese instructions, and the first with the words that nothing else changes. */
    List<String> longerChinese() {
        List<String> all = new ArrayList<>(chinese);
        all.add(chinese.getFirst() + "，其他保持不变");
        return all;
    }

    private static String words(Scene scene) {
        return SceneWords.prompt(SceneWords.wanted(scene, true), null, scene.ground());
    }
}
