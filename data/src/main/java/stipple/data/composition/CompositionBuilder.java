package stipple.data.composition;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.Credit;
import stipple.data.build.CreditFiles;
import stipple.data.build.DrawnSet;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.caption.ThinkingText;

/** Builds shards of the composition domain: {@code train}, and pictures of the test's combinations beside it. */
public final class CompositionBuilder {
    /** The family of pictures that show combinations of the test. */
    public static final String UNSEEN = "unseen_combination";
    /** What made the pictures. */
    static final Credit CREDIT = Credit.own("composition generator 2");

    /** So many training pictures have one beside them for the test. */
    private static final int TEST_EVERY = 40;
    /** Most plans of others beside a caption. */
    private static final int MOST_OTHERS = 4;
    /** Share of the plans of others with a mistake in them. */
    private static final double MISTAKEN = 0.6;

    private CompositionBuilder() {}

    /** Everything that determines the bytes of a build. */
    public static Map<String, String> parameters(DrawnSet.Options options) {
        return options.parameters(CREDIT.source());
    }

    /** Everything that determines the bytes of a build of edits. */
    public static Map<String, String> editParameters(DrawnSet.Options options) {
        Map<String, String> all = parameters(options);
        all.put("instructions", "2");
        return all;
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(DrawnSet.Options options, Consumer<BuildProgress> progress) {
        SetDescription set = DrawnSet.described(
                options,
                "composition",
                "Plain shapes and simple objects on plain ground, drawn by rule. Captions say number, colour and"
                        + " position; the member `scene` says exactly what is drawn. `train` shows no combination that"
                        + " the test asks for; `unseen_combination` shows one in every picture.",
                "pair",
                List.of(SetDescription.TRAIN, UNSEEN),
                parameters(options));
        SceneGenerator generator = new SceneGenerator(options.seed());
        return write(
                set,
                options,
                progress,
                (family, i) ->
                        sample(family, family.equals(UNSEEN) ? generator.test(i) : generator.train(i), i, options));
    }

    /** Builds edits of compositions in the same way; {@code count} training edits. */
    public static SetReport buildEdits(DrawnSet.Options options, Consumer<BuildProgress> progress) {
        SetDescription set = DrawnSet.described(
                options,
                "composition-edits",
                "Edits of compositions: recolour, background, swap, remove, add, replace, move. `scene` and"
                        + " `source_scene` say exactly what is drawn. What an instruction does not name stays as it is.",
                "edit",
                List.of(SetDescription.TRAIN, UNSEEN),
                editParameters(options));
        SceneEdits edits = new SceneEdits(options.seed());
        return write(set, options, progress, (family, i) -> {
            SceneEdit edit = family.equals(UNSEEN) ? edits.test(i) : edits.train(i);
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            edit.instructions().forEach(json.putArray("caption")::add);
            edit.longInstructions().forEach(json.putArray("caption_long")::add);
            edit.longerChinese().forEach(json.putArray("caption_zh")::add);
            json.set("source_scene", edit.source().json());
            json.set("scene", edit.target().json());
            json.putObject("metadata")
                    .put("edit", edit.kind())
                    .put("source", CREDIT.source())
                    .put("license", CREDIT.licence())
                    .put("split", family);
            return new BuiltSample(
                    family,
                    "e" + key(family, i, options),
                    json,
                    List.of(
                            Renderer.draw(edit.source(), options.size()),
                            Renderer.draw(edit.target(), options.size())));
        });
    }

    private static SetReport write(
            SetDescription set, DrawnSet.Options options, Consumer<BuildProgress> progress, DrawnSet.Maker maker) {
        return DrawnSet.write(set, options, TEST_EVERY, maker, List.of(CreditFiles.of(CREDIT)), progress);
    }

    private static String key(String family, long i, DrawnSet.Options options) {
        return (family.equals(SetDescription.TRAIN) ? "c" : "u") + options.seed() + "_" + i;
    }

    /** Captions with plans, with plans of others, some of them mistaken, and with long captions as the prompt spelled out. */
    private static void thinking(
            Scene scene, List<String> captions, List<String> longer, Random random, ObjectNode json) {
        ScenePlan plan = ScenePlan.of(scene);
        ArrayNode planned = json.putArray("caption_plan");
        ArrayNode synthesised = json.putArray("caption_synthesis");
        ArrayNode refined = json.putArray("caption_refined");
        for (String caption : captions) {
            planned.add(ThinkingText.planned(caption, plan.text()));
            List<String> others = new ArrayList<>();
            for (int k = 0; k < 2 + random.nextInt(MOST_OTHERS - 1); k++) {
                others.add((random.nextDouble() < MISTAKEN ? plan.mistaken(random) : plan).text());
            }
            synthesised.add(ThinkingText.synthesised(caption, others, plan.text()));
            refined.add(ThinkingText.refined(caption, longer.get(random.nextInt(longer.size()))));
        }
    }

    private static BuiltSample sample(String family, SceneGenerator.Drawn drawn, long i, DrawnSet.Options options) {
        Random random = new Random(StableHash.of("words", options.seed() + "|" + family + "|" + i));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Scene scene = drawn.scene();
        List<String> captions = SceneWords.english(scene, drawn.type(), random);
        List<String> longer = SceneWords.englishLong(scene);
        captions.forEach(json.putArray("caption")::add);
        longer.forEach(json.putArray("caption_long")::add);
        thinking(scene, captions, longer, new Random(StableHash.of("thinking", options.seed() + "|" + i)), json);
        SceneWords.chinese(scene, drawn.type()).forEach(json.putArray("caption_zh")::add);
        json.set("scene", scene.json());
        json.putObject("metadata")
                .put("class", drawn.type().id())
                .put("source", CREDIT.source())
                .put("license", CREDIT.licence())
                .put("split", family);
        return new BuiltSample(family, key(family, i, options), json, List.of(Renderer.draw(scene, options.size())));
    }
}
