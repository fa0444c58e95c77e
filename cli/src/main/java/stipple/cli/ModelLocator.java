package stipple.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stipple.model.hub.ModelStore;
import stipple.model.hub.RepositoryId;
import stipple.torch.UserException;

/** Finds model folders: by path, by name under {@code models/} beside the launcher, or by the name on the hub they were pulled from. */
final class ModelLocator {
    /** The model that is used when none is named. */
    static final String DEFAULT = "stipple-128";

    private final Path models;

    ModelLocator(Path home) {
        this.models = home.resolve("models");
    }

    /** Where named models lie. */
    Path models() {
        return models;
    }

    /**
     * The folder of a model.
     *
     * @param given a folder, a name, or null for the default
     * @throws UserException if there is none, naming those that are there
     */
    Path find(String given) {
        String wanted = given == null ? DEFAULT : given;
        Optional<Path> path = given == null ? Optional.empty() : folder(given);
        return path.or(() -> named(wanted)).orElseThrow(() -> new UserException(message(given)));
    }

    /** The folder of that name under {@code models/}, if it is there. */
    Optional<Path> named(String name) {
        try {
            Path folder = models.resolve(name).normalize();
            return Optional.of(folder)
                    .filter(f -> f.startsWith(models.normalize()) && Files.isDirectory(f))
                    .or(() -> RepositoryId.tryParse(name).flatMap(store()::find));
        } catch (InvalidPathException noName) {
            return Optional.empty();
        }
    }

    /** All folders under {@code models/} that look like models, by name. */
    List<Path> all() {
        return store().all();
    }

    /** The same folder as a place for models of a hub. */
    ModelStore store() {
        return new ModelStore(models);
    }

    private static Optional<Path> folder(String given) {
        try {
            return Optional.of(Path.of(given)).filter(Files::isDirectory);
        } catch (InvalidPathException noPath) {
            return Optional.empty();
        }
    }

    private String message(String given) {
        List<String> names = all().stream().map(store()::name).toList();
        String found = names.isEmpty() ? "none" : String.join(", ", names);
        Optional<RepositoryId> pullable = Optional.ofNullable(given).flatMap(RepositoryId::tryParse);
        if (pullable.isPresent()) {
            return "There is no folder and no model '" + given + "' in " + models + " (found: " + found
                    + "); fetch it by: stipple pull " + pullable.get();
        }
        return (given == null ? "There is no default model " + DEFAULT : "There is no model '" + given + "'")
                + "; name a folder by --model, or one of those in " + models + " (found: " + found + ")";
    }
}
