package stipple.data.composition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import stipple.data.DataException;

/**
 * A picture of the composition domain: everything that is on it. Objects do not overlap.
 *
 * @param ground the ground
 * @param objects the objects; none for an empty ground
 */
public record Scene(Ground ground, List<SceneObject> objects) {
    /** Copies the list. */
    public Scene {
        objects = List.copyOf(objects);
    }

    /** How object {@code first} lies to object {@code second}. */
    public Relation relation(int first, int second) {
        SceneObject a = objects.get(first);
        SceneObject b = objects.get(second);
        return Relation.between(a.x() - b.x(), a.y() - b.y());
    }

    /** The same with other objects. */
    public Scene with(List<SceneObject> others) {
        return new Scene(ground, others);
    }

    /** The member {@code scene} of a sample: {@code {"ground": "white", "objects": [{"shape": "star", …}]}}. */
    public ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("ground", ground.word());
        ArrayNode list = root.putArray("objects");
        objects.forEach(object -> list.add(object.json()));
        return root;
    }

    /** Reads what {@link #json()} wrote. */
    public static Scene of(JsonNode json) {
        if (!json.path("objects").isArray()) {
            throw new DataException("a scene has 'ground' and 'objects', given " + json);
        }
        List<SceneObject> objects = new ArrayList<>();
        json.get("objects").forEach(object -> objects.add(SceneObject.of(object)));
        return new Scene(Ground.ofWord(json.path("ground").asText()), objects);
    }
}
