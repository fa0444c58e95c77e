package stipple.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import stipple.model.files.AtomicFile;

/** Metrics as JSON lines. On resume, lines past the checkpoint are dropped: those steps are about to be done again. */
final class MetricsLog implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferedWriter writer;

    MetricsLog(Path file, long fromStep) {
        try {
            if (Files.exists(file)) {
                truncate(file, fromStep);
            }
            writer = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void truncate(Path file, long fromStep) throws IOException {
        List<String> kept = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            try {
                JsonNode node = JSON.readTree(line);
                if (node.path("step").asLong(Long.MAX_VALUE) <= fromStep) {
                    kept.add(line + "\n");
                }
            } catch (com.fasterxml.jackson.core.JsonProcessingException torn) {
                break; // The last line of a killed run may be torn.
            }
        }
        AtomicFile.write(file, String.join("", kept).getBytes(StandardCharsets.UTF_8));
    }

    void write(TrainEvent.Progress p) {
        ObjectNode node = JSON.createObjectNode().put("step", p.step()).put("loss", p.loss());
        p.parts().forEach(node::put);
        node.put("lr", p.lr()).put("grad_norm", p.gradientNorm()).put("samples_per_s", p.samplesPerSecond());
        line(node);
    }

    void write(TrainEvent.Evaluated e) {
        ObjectNode node = JSON.createObjectNode().put("step", e.step());
        e.figures().forEach((name, value) -> node.put("eval_" + name, value));
        line(node);
    }

    private void line(ObjectNode node) {
        try {
            writer.write(node.toString());
            writer.newLine();
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
