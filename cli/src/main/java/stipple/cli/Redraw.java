package stipple.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import stipple.model.generate.StoredSettings;
import stipple.model.load.ModelIdentity;
import stipple.torch.DType;
import stipple.torch.Torch;
import stipple.torch.UserException;

/**
 * A picture to draw again, bit for bit as far as this machine allows.
 *
 * @param file the picture
 * @param stored its settings
 */
record Redraw(Path file, StoredSettings stored) {
    /** The picture named by {@code --like}, if any. */
    static Optional<Redraw> of(Path file) {
        return Optional.ofNullable(file).map(png -> new Redraw(png, StoredSettings.read(png)));
    }

    /** The model's folder: the one given, else the one of the recorded name, else the default. */
    Path model(ModelLocator locator, String given) {
        return given == null
                ? locator.named(stored.model().name()).orElseGet(() -> locator.find(null))
                : locator.find(given);
    }

    /**
     * Compares the weights.
     *
     * @param chosen whether somebody chose this model for this run, so that a warning is enough
     * @throws UserException if they differ and nobody chose them
     */
    void checkWeights(ModelIdentity model, boolean chosen, Consumer<String> warn) {
        if (model.sameWeights(stored.model())) {
            return;
        }
        String difference = file + " was drawn by " + text(stored.model()) + ", not by " + text(model);
        if (!chosen) {
            throw new UserException(difference + "; name the right folder by --model");
        }
        warn.accept(difference + ", so the picture differs");
    }

    /** Adds what was added to the weights, unless told otherwise. */
    void adoptAdapters(ModelOptions options) {
        if (options.adapters == null) {
            options.adapters = stored.model().adapters().stream()
                    .map(adapter -> adapter.path() + ":" + adapter.scale())
                    .toList();
        }
    }

    /** Computes as it was computed, unless told otherwise. */
    void adoptMachine(ModelOptions options, Consumer<String> warn) {
        if (options.dtype == null) {
            options.dtype = DType.ofName(stored.machine().dtype());
        }
        if (options.device == null) {
            options.device = stored.machine().device();
        }
        if (options.quantize == null) {
            options.quantize = stored.machine().quantize();
        }
        if (options.threads == null) {
            int cores = Runtime.getRuntime().availableProcessors();
            options.threads = Math.min(stored.machine().threads(), cores);
            if (options.threads < stored.machine().threads()) {
                warn.accept(file + " was drawn with " + stored.machine().threads() + " threads, there are only " + cores
                        + " cores here; the picture may differ in its last bits");
            }
        }
        if (!stored.machine().cpu().equals(Torch.cpuCapability())) {
            warn.accept(file + " was drawn with " + stored.machine().cpu() + " instructions, this machine has "
                    + Torch.cpuCapability() + "; the picture may differ in its last bits");
        }
        if (!stored.version().equals(Version.NUMBER)) {
            warn.accept(file + " was drawn by version " + stored.version() + ", this is " + Version.NUMBER
                    + "; the picture may differ");
        }
    }

    private static String text(ModelIdentity model) {
        String adapters =
                model.adapters().stream().map(adapter -> " with " + adapter).collect(Collectors.joining());
        return model.name() + " (" + model.hash() + "/" + model.vaeHash() + ")" + adapters;
    }
}
