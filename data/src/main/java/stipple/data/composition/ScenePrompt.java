package stipple.data.composition;

import java.util.List;
import java.util.Optional;

/**
 * A prompt with what it demands.
 *
 * @param type its class
 * @param text the prompt
 * @param ground the ground; white where the prompt says nothing
 * @param wanted the objects in the order of the prompt
 * @param relation how the first lies to the second, for positions
 * @param combination what decides whether training may see it
 */
public record ScenePrompt(
        SceneClass type,
        String text,
        Ground ground,
        List<Wanted> wanted,
        Optional<Relation> relation,
        Combination combination) {
    /** A name for files, unique among prompts in plain words: {@code binding-red_star-blue_circle}. */
    public String id() {
        return type.id() + "-" + combination.key().replace(' ', '_').replace('|', '-');
    }

    /** The same demand in other words. */
    ScenePrompt worded(String words) {
        return new ScenePrompt(type, words, ground, wanted, relation, combination);
    }

    /** True if a scene is what the prompt demands, and nothing more than that. */
    public boolean fits(Scene scene) {
        int demanded = 0;
        for (Wanted one : wanted) {
            long found = scene.objects().stream()
                    .filter(o -> o.shape() == one.shape())
                    .filter(o -> one.colour().isEmpty() || one.colour().get() == o.colour())
                    .count();
            if (found != one.count()) {
                return false;
            }
            demanded += one.count();
        }
        if (demanded != scene.objects().size() || scene.ground() != ground) {
            return false;
        }
        return relation.isEmpty() || relation.get() == relationOfFirstTwo(scene);
    }

    private Relation relationOfFirstTwo(Scene scene) {
        return scene.relation(
                indexOf(scene, wanted.get(0).shape()),
                indexOf(scene, wanted.get(1).shape()));
    }

    private static int indexOf(Scene scene, Shape shape) {
        return scene.objects().stream().map(SceneObject::shape).toList().indexOf(shape);
    }
}
