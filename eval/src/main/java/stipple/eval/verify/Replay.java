package stipple.eval.verify;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.TorchException;
import stipple.torch.UserException;

/**
 * A recorded run on its way through a checkpoint.
 *
 * @param checkpoint what is checked
 * @param recording what the reference computed
 * @param results takes each outcome as soon as it is known
 */
record Replay(NextStepCheckpoint checkpoint, Recording recording, Consumer<CheckResult> results) {
    /**
     * Recomputes tensors that belong together. Nothing happens if the recording has none of them; a failure on the way is
     * reported for each that is still open.
     *
     * @param keys recorded results
     * @param body compares each of them that is {@linkplain Outputs#compare wanted}
     */
    void recompute(List<String> keys, double tolerance, Consumer<Outputs> body) {
        Outputs outputs = new Outputs(keys, tolerance);
        if (outputs.open.isEmpty()) {
            return;
        }
        String problem = "nothing was computed for it";
        try (Scope scope = Scope.open()) {
            body.accept(outputs);
        } catch (UserException | TorchException | IllegalArgumentException e) {
            problem = e.getMessage();
        }
        for (String key : List.copyOf(outputs.open)) {
            outputs.fail(key, problem);
        }
    }

    /** Recomputes a single tensor. */
    void recompute(String key, double tolerance, Supplier<Tensor> body) {
        recompute(List.of(key), tolerance, out -> out.compare(key, body));
    }

    /** The recorded results of one evaluation, each of them open until it is compared. */
    final class Outputs {
        private final Set<String> open = new LinkedHashSet<>();
        private final double tolerance;
        private String note = "";

        private Outputs(List<String> keys, double tolerance) {
            keys.stream().filter(recording::has).forEach(open::add);
            this.tolerance = tolerance;
        }

        /** A remark on every comparison from here on. */
        void note(String remark) {
            note = remark;
        }

        /** Reports that a recorded result cannot be computed. */
        void fail(String key, String reason) {
            if (open.remove(key)) {
                recording.use(key);
                results.accept(CheckResult.failed(key, reason));
            }
        }

        /** Compares a result with its recording, if there is one. */
        void compare(String key, Supplier<Tensor> actual) {
            compare(key, actual, recorded -> recorded);
        }

        /** Compares those parts of a result and its recording that carry meaning. */
        void compare(String key, Supplier<Tensor> actual, Selection selection) {
            if (!open.contains(key)) {
                return;
            }
            try (Scope scope = Scope.open()) {
                Tensor expected = selection.of(recording.tensor(key));
                CheckResult result = Comparison.of(key, expected, selection.of(actual.get()), tolerance);
                results.accept(note.isEmpty() ? result : result.withNote(note));
            }
            open.remove(key);
        }
    }

    /** Picks part of a tensor. */
    @FunctionalInterface
    interface Selection {
        Tensor of(Tensor whole);
    }
}
