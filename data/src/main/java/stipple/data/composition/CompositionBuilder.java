package stipple.data.composition;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import stipple.data.DataException;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.Credit;
import stipple.data.build.CreditFiles;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.build.Workers;
import stipple.data.caption.ThinkingText;

/** Builds shards of the composition domain: {@code train}, and pictures of the test's combinations beside it. */
public final class CompositionBuilder {
    /** The family of pictures that show combinations of the test. */
    public static final String UNSEEN = "unseen_combination";
    /** What made the pictures. */
    static final Credit CREDIT = Credit.own("composition generator 1");

    private static final int TEST_EVERY = 40;
    private static final int REPORT_EVERY = 200;
    /** Most plans of others beside a caption. */
    private static final int MOST_OTHERS = 4;
    /** Share of the plans of others with a mistake in them. */
    private static final double MISTAKEN = 0.6;

    private CompositionBuilder() {}

    /**
     * What to build.
     *
     * @param output the folder of the set; an earlier build in it is replaced
     * @param count training pictures; one for every 40 is drawn on top for the held-out family
     * @param size side of the pictures in pixels
     * @param seed another seed gives other scenes; the test's combinations stay the same
     * @param threads threads that draw; the result does not depend on it
     */
    public record Options(Path output, int count, int size, long seed, int threads) {
        /** Checks the ranges. */
        public Options {
            if (count < 1) {
                throw new DataException("a set has at least 1 picture, given " + count);
            }
            if (size < 32 || size > 1024) {
                throw new DataException(
                        "composition pictures of " + size + " pixels cannot be drawn; give a size from 32 to 1024");
            }
            if (threads < 1) {
                throw new DataException("threads are at least 1, given " + threads);
            }
        }

        /** Everything that determines the bytes. */
        public Map<String, String> parameters() {
            return new TreeMap<>(Map.of(
                    "generator", CREDIT.source(),
                    "count", Integer.toString(count),
                    "size", Integer.toString(size),
                    "seed", Long.toString(seed)));
        }
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(Options options, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                options.output(),
                "composition",
                "Plain shapes and simple objects on plain ground, drawn by rule. Captions say number, colour and"
                        + " position; the member `scene` says exactly what is drawn. `train` shows no combination that"
                        + " the test asks for; `unseen_combination` shows one in every picture.",
                "pair",
                List.of(SetDescription.TRAIN, UNSEEN),
                options.parameters(),
                1000);
        SceneGenerator generator = new SceneGenerator(options.seed());
        return write(
                set,
                options,
                progress,
                (family, i) ->
                        sample(family, family.equals(UNSEEN) ? generator.test(i) : generator.train(i), i, options));
    }

    /** Builds edits of compositions in the same way; {@code count} training edits. */
    public static SetReport buildEdits(Options options, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                options.output(),
                "composition-edits",
                "Edits of compositions: recolour, background, swap, remove, add, replace, move. `scene` and"
                        + " `source_scene` say exactly what is drawn. What an instruction does not name stays as it is.",
                "edit",
                List.of(SetDescription.TRAIN, UNSEEN),
                options.parameters(),
                1000);
        SceneEdits edits = new SceneEdits(options.seed());
        return write(set, options, progress, (family, i) -> {
            SceneEdit edit = family.equals(UNSEEN) ? edits.test(i) : edits.train(i);
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            edit.instructions().forEach(json.putArray("caption")::add);
            edit.chinese().forEach(json.putArray("caption_zh")::add);
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

    @FunctionalInterface
    private interface Maker {
        BuiltSample make(String family, long i);
    }

    private static SetReport write(SetDescription set, Options options, Consumer<BuildProgress> progress, Maker maker) {
        int tests = Math.max(1, options.count() / TEST_EVERY);
        int total = options.count() + tests;
        int[] done = new int[1];
        try (SetWriter writer = new SetWriter(set)) {
            Workers.inOrder(
                    LongStream.range(0, total).iterator(),
                    options.threads(),
                    i -> SetWriter.Encoded.of(
                            i < options.count()
                                    ? maker.make(SetDescription.TRAIN, i)
                                    : maker.make(UNSEEN, i - options.count())),
                    encoded -> {
                        writer.add(encoded);
                        done[0]++;
                        if (done[0] % REPORT_EVERY == 0 || done[0] == total) {
                            progress.accept(new BuildProgress("draw", done[0], total));
                        }
                    });
            return writer.finish(List.of(CreditFiles.of(CREDIT)));
        }
    }

    private static String key(String family, long i, Options options) {
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

    private static BuiltSample sample(String family, SceneGenerator.Drawn drawn, long i, Options options) {
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
