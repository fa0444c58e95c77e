package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.eval.bench.NamedShape;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;

/** What is measured under the name of the default model is of its shape. */
class DefaultShapeTest {
    private static List<Integer> numbers(BackboneConfig shape) {
        return List.of(
                shape.hidden(),
                shape.layers(),
                shape.heads(),
                shape.kvHeads(),
                shape.headDim(),
                shape.intermediate(),
                shape.vocab());
    }

    @Test
    void the_shape_named_default_is_that_of_the_default_model() {
        ModelConfig shipped = ModelConfigReader.read(Path.of("../models").resolve(ModelLocator.DEFAULT));
        ModelConfig named = NamedShape.of("default").config();

        assertEquals(numbers(shipped.backbone()), numbers(named.backbone()));
        assertEquals(shipped.flowHead(), named.flowHead());
        assertEquals(shipped.generation().width(), named.generation().width());
        assertEquals(shipped.generation().steps(), named.generation().steps());
    }
}
