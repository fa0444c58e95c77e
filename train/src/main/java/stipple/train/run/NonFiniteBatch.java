package stipple.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import stipple.model.files.AtomicFile;
import stipple.torch.Scope;
import stipple.train.files.PictureGrid;
import stipple.train.files.WeightFiles;
import stipple.train.objective.Batch;
import stipple.train.objective.Objective;

/** Keeps the batch of a step whose numbers were not finite, for a person to look at. */
final class NonFiniteBatch {
    private static final int COLUMNS = 8;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private NonFiniteBatch() {}

    /** Writes {@code batch.json}, {@code pictures.png} and {@code tensors.safetensors}. */
    static void save(Path folder, long step, String what, long[] positions, Objective objective) {
        try (Scope scope = Scope.open()) {
            Batch batch = objective.batch(positions);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("step", step);
            facts.put("what", what);
            facts.put("positions", positions);
            facts.put("samples", batch.samples());
            AtomicFile.write(folder.resolve("batch.json"), JSON.writeValueAsBytes(facts));
            PictureGrid.write(batch.pictures(), COLUMNS, folder.resolve("pictures.png"));
            WeightFiles.write(folder.resolve("tensors.safetensors"), batch.tensors());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
