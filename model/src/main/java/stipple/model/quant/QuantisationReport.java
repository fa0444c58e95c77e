package stipple.model.quant;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import stipple.model.files.JsonObjectFile;

/**
 * What quantising a checkpoint did.
 *
 * @param quantisation to what
 * @param matrices what it did to each rounded matrix, in the order of the checkpoint
 * @param bytesBefore bytes of the model's weights before
 * @param bytesAfter bytes of the model's weights after
 */
public record QuantisationReport(
        Quantisation quantisation, List<MatrixError> matrices, long bytesBefore, long bytesAfter) {
    /** Name of the file in the quantised folder. */
    public static final String FILE = "quantisation.json";

    /** Copies the list. */
    public QuantisationReport {
        matrices = List.copyOf(matrices);
    }

    /** The error over all rounded weights, each matrix relative to itself. */
    public double error() {
        double squares = 0;
        double count = 0;
        for (MatrixError matrix : matrices) {
            double size = (double) matrix.out() * matrix.in();
            squares += matrix.error() * matrix.error() * size;
            count += size;
        }
        return count == 0 ? 0 : Math.sqrt(squares / count);
    }

    /** The report for machines. */
    public ObjectNode json() {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("format", quantisation.id());
        json.put("group", quantisation.group());
        json.put("bytes_before", bytesBefore);
        json.put("bytes_after", bytesAfter);
        json.put("error", error());
        ArrayNode list = json.putArray("matrices");
        for (MatrixError matrix : matrices) {
            list.addObject()
                    .put("name", matrix.name())
                    .put("format", matrix.format())
                    .put("out", matrix.out())
                    .put("in", matrix.in())
                    .put("error", matrix.error())
                    .put("largest", matrix.largest())
                    .put("bytes", matrix.bytes());
        }
        return json;
    }
}
