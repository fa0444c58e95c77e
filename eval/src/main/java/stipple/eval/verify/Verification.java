package stipple.eval.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.DeviceGraphs;
import stipple.torch.UserException;

/**
 * Replays a recorded run of the reference implementation on a checkpoint, in float32 with exact rotary frequencies, as such
 * runs are recorded. On a graphics card what only cards do is checked besides. Whatever the recording holds is checked; a key that no check used is a failure.
 */
public final class Verification {
    /** Name of the recording in a checkpoint folder. */
    public static final String FILE = "expected.safetensors";

    // Training comes last: it marks parameters for gradients.
    private static final List<CheckGroup> GROUPS = List.of(
            new BackboneChecks(),
            new MixedChecks(),
            new HeadChecks(),
            new SamplerChecks(),
            new VaeChecks(),
            new PositionChecks(),
            new GenerationChecks(),
            new TrainingChecks());

    private Verification() {}

    /**
     * Runs all checks.
     *
     * @param folder the checkpoint
     * @param expected the recorded run
     * @param each takes each outcome as soon as it is known
     * @throws UserException if either cannot be read, or the recording holds nothing that can be checked
     */
    public static VerifyReport run(Path folder, Path expected, Consumer<CheckResult> each) {
        return run(folder, expected, Device.CPU, each);
    }

    /**
     * The same on a device.
     *
     * @throws UserException if either cannot be read, or the recording holds nothing that can be checked
     */
    public static VerifyReport run(Path folder, Path expected, Device device, Consumer<CheckResult> each) {
        if (!Files.isDirectory(folder)) {
            throw new UserException("No model folder at " + folder);
        }
        List<CheckResult> results = new ArrayList<>();
        Consumer<CheckResult> sink = result -> {
            results.add(result);
            each.accept(result);
        };
        try (Recording recording = Recording.open(expected, device);
                NextStepCheckpoint checkpoint =
                        NextStepCheckpoint.load(folder, new LoadOptions(DType.F32, device, false))) {
            Replay replay = new Replay(checkpoint, recording, sink);
            for (CheckGroup group : GROUPS) {
                if (!recording.keys(group.prefix(), "").isEmpty()) {
                    group.run(replay);
                }
            }
            if (results.isEmpty()) {
                throw new UserException(expected + " holds nothing that can be checked on a checkpoint");
            }
            if (device.type() == Device.Type.CUDA) {
                new CardChecks(device, DeviceGraphs.recorder(device)).run(sink);
            }
            for (String key : recording.unused()) {
                sink.accept(CheckResult.failed(key, "no check used this key"));
            }
        }
        return new VerifyReport(results);
    }
}
