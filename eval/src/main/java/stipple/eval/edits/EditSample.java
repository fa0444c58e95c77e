package stipple.eval.edits;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.composition.Scene;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.data.source.DataSets;

/**
 * An edit of a set, with the picture that it should lead to.
 *
 * @param key its name
 * @param kind what is edited, such as {@code skin_tone}
 * @param instruction what is asked for
 * @param before caption of the source, "" if the set has none
 * @param after caption of the target, likewise
 * @param source the picture to edit
 * @param target what it should become
 * @param scenes the scenes that source and target show; null where the set does not tell
 */
record EditSample(
        String key,
        String kind,
        String instruction,
        String before,
        String after,
        Pixels source,
        Pixels target,
        Scenes scenes) {
    private static final String SCENE = "scene";
    private static final String SOURCE_SCENE = "source_scene";

    /** The scenes before and after. */
    record Scenes(Scene source, Scene target) {}

    /**
     * The edits of a family, at most so many of each kind, evenly spaced.
     *
     * @param kinds which kinds; all if empty
     * @param side to which the pictures are brought
     * @throws DataException if the set holds no edits
     */
    static List<EditSample> of(Path data, String family, List<String> kinds, int most, int side) {
        SampleSource samples = DataSets.open(data, family);
        Map<String, List<Integer>> byKind = new LinkedHashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            String kind = samples.json(i).path("metadata").path("edit").asText("edit");
            byKind.computeIfAbsent(kind, k -> new ArrayList<>()).add(i);
        }
        for (String kind : kinds) {
            if (!byKind.containsKey(kind)) {
                throw new DataException(data + " has no edits of the kind '" + kind + "'; it has "
                        + String.join(", ", byKind.keySet()));
            }
        }
        List<EditSample> edits = new ArrayList<>();
        byKind.forEach((kind, all) -> {
            if (kinds.isEmpty() || kinds.contains(kind)) {
                int count = Math.min(most, all.size());
                for (int i = 0; i < count; i++) {
                    edits.add(read(samples.get(all.get((int) ((long) i * all.size() / count))), kind, side));
                }
            }
        });
        return edits;
    }

    private static EditSample read(Sample sample, String kind, int side) {
        if (sample.images().size() != 2) {
            throw new DataException("The sample " + sample.key() + " has "
                    + sample.images().size() + " pictures; an edit has a source and a target");
        }
        JsonNode caption = sample.json().path("caption");
        return new EditSample(
                sample.key().toLowerCase(Locale.ROOT),
                kind,
                caption.isArray() ? caption.path(0).asText("") : caption.asText(""),
                sample.json().path("source_caption").asText(""),
                sample.json().path("target_caption").asText(""),
                picture(sample, 0, side),
                picture(sample, 1, side),
                scenes(sample.json()));
    }

    private static Scenes scenes(JsonNode json) {
        return json.has(SCENE) && json.has(SOURCE_SCENE)
                ? new Scenes(Scene.of(json.get(SOURCE_SCENE)), Scene.of(json.get(SCENE)))
                : null;
    }

    private static Pixels picture(Sample sample, int index, int side) {
        Pixels picture = PixelReader.read(sample.images().get(index), sample.key());
        return Resampler.fitOnWhite(picture, side, Resampler.Filter.LANCZOS);
    }
}
