package stipple.data.composition;

import java.util.List;

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
}
