package stipple.model.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.model.checkpoint.ExpectedTensor.Presence;
import stipple.torch.UserException;

/** Compares the tensors a network needs with those a checkpoint holds, before any is loaded. */
public final class ExpectedTensors {
    private static final int SHOWN = 8;

    private ExpectedTensors() {}

    /**
     * Checks names and shapes.
     *
     * @param what the checkpoint, for the message
     * @throws UserException listing what is missing, unexpected or of another shape
     */
    public static void check(String what, List<ExpectedTensor> expected, Map<String, StoredTensor> present) {
        List<String> missing = new ArrayList<>();
        List<String> reshaped = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (ExpectedTensor tensor : expected) {
            known.add(tensor.name());
            StoredTensor stored = present.get(tensor.name());
            if (stored == null) {
                if (tensor.presence() == Presence.REQUIRED) {
                    missing.add(tensor.name());
                }
            } else if (PackedTensors.packed(present, tensor.name())) {
                known.add(tensor.name() + PackedTensors.SCALES);
                PackedTensors.layout(present, tensor.name(), tensor.shape());
            } else if (tensor.presence() != Presence.IGNORED && !Arrays.equals(stored.shape(), tensor.shape())) {
                reshaped.add(tensor.name() + " " + Shapes.text(stored.shape()) + " instead of "
                        + Shapes.text(tensor.shape()));
            }
        }
        List<String> unexpected =
                present.keySet().stream().filter(name -> !known.contains(name)).toList();
        List<String> parts = new ArrayList<>();
        add(parts, "missing", missing);
        add(parts, "unexpected", unexpected);
        add(parts, "of another shape", reshaped);
        if (!parts.isEmpty()) {
            throw new UserException("The weights in " + what + " do not fit the config: " + String.join("; ", parts));
        }
    }

    private static void add(List<String> parts, String kind, List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        String rest = names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "";
        parts.add(names.size() + " " + kind + " (" + shown + rest + ")");
    }
}
