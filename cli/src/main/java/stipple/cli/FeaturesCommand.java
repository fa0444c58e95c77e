package stipple.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.TgzArchive;
import stipple.model.features.FeatureConfig;
import stipple.model.features.MobileNetImport;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** {@code stipple data build features}. */
@Command(
        name = "features",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes the feature network that compares pictures.",
            "It serves the perceptual loss of the image tokenizer and Fréchet distances, and is a MobileNetV2 out of the npm"
                    + " package nsfwjs (MIT, 25 MB), without its classifier."
        },
        footer = {"", "Example: stipple data build features --out build/features"})
final class FeaturesCommand implements Callable<Integer> {
    private static final NpmPackage SOURCE = NpmPackage.NSFWJS;
    private static final String MODEL = "dist/models/mobilenet_v2/model.min.js";
    private static final String WEIGHTS = "dist/models/mobilenet_v2/group1-shard1of1.min.js";
    private static final String LICENCE = "LICENSE";

    @Mixin
    private BuildOptions build;

    @Mixin
    private PackageOptions packages;

    @Override
    public Integer call() {
        Path archive = packages.source().fetch(SOURCE);
        Map<String, byte[]> files = TgzArchive.read(archive, List.of(MODEL, WEIGHTS, LICENCE)::contains);
        Map<String, String> source = new LinkedHashMap<>();
        source.put("source", SOURCE.spec());
        source.put("authors", SOURCE.authors());
        source.put("license", SOURCE.licence());
        FeatureConfig config = MobileNetImport.write(
                file(files, MODEL, archive),
                List.of(file(files, WEIGHTS, archive)),
                "mobilenet_v2_" + SOURCE.name() + "_" + SOURCE.version(),
                source,
                build.out);
        AtomicFile.write(build.out.resolve(LICENCE), file(files, LICENCE, archive));
        build.print(new Report()
                .put("folder", build.out.toString())
                .put("name", config.name())
                .put("features", config.head())
                .put("taps", config.taps().size())
                .put("source", SOURCE.spec())
                .put("license", SOURCE.licence()));
        return 0;
    }

    private static byte[] file(Map<String, byte[]> files, String path, Path archive) {
        byte[] content = files.get(path);
        if (content == null) {
            throw new UserException(archive + " holds no " + path + "; delete it and run this again");
        }
        return content;
    }
}
