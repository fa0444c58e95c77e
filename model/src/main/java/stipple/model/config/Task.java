package stipple.model.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * What a checkpoint or an adapter was trained for. A {@code stipple} object says so by {@code "tasks": ["generate",
 * "edit"]}; the published checkpoints have none and say nothing, although some can edit, so silence forbids nothing.
 */
public enum Task {
    /** Pictures from a text. */
    GENERATE,
    /** Pictures from a picture and an instruction. */
    EDIT;

    private static final String KEY = "tasks";

    /** The name in files. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a {@code stipple} object says; nothing if it says nothing. */
    public static Set<Task> read(JsonObjectFile own) {
        return own.texts(KEY, List.of()).stream()
                .map(name -> of(own, name))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Task.class)));
    }

    /** Says it in a {@code stipple} object; nothing if there is nothing to say. */
    public static void write(ObjectNode own, Set<Task> tasks) {
        if (tasks.isEmpty()) {
            own.remove(KEY);
        } else {
            own.putArray(KEY)
                    .addAll(EnumSet.copyOf(tasks).stream()
                            .map(task -> own.textNode(task.id()))
                            .toList());
        }
    }

    /** What can be asked for when both are combined; nothing is said if one of them says nothing. */
    public static Set<Task> union(Set<Task> one, Set<Task> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return Set.of();
        }
        EnumSet<Task> both = EnumSet.copyOf(one);
        both.addAll(other);
        return Collections.unmodifiableSet(both);
    }

    private static Task of(JsonObjectFile own, String name) {
        return Arrays.stream(values())
                .filter(task -> task.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserException(own.where() + ": unknown task '" + name + "'; known are "
                        + Arrays.stream(values()).map(Task::id).collect(Collectors.joining(", "))));
    }
}
