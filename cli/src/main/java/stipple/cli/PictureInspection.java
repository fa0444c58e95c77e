package stipple.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import stipple.model.files.JsonObjectFile;
import stipple.model.image.ImageDecoder;
import stipple.model.image.PngMetadata;

/** What a PNG says about how it was made. */
final class PictureInspection {
    private PictureInspection() {}

    static Report of(Path png) {
        PngMetadata metadata = PngMetadata.read(png);
        Report report = new Report()
                .put("file", png.toString())
                .put("size", ImageDecoder.read(png).size().toString());
        if (metadata.texts().isEmpty()) {
            return report.put("settings", "none; the file says nothing about how it was made");
        }
        for (Map.Entry<String, String> text : metadata.texts().entrySet()) {
            if (text.getKey().equals(PngMetadata.STIPPLE)) {
                report.put(
                        text.getKey(),
                        JsonObjectFile.parse(
                                        "The settings in " + png,
                                        text.getValue().getBytes(StandardCharsets.UTF_8))
                                .node());
            } else {
                report.put(text.getKey(), text.getValue());
            }
        }
        return report;
    }
}
