package stipple.data.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.BuiltSample;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;

/** Builds a set of short texts: dictionary definitions of things that can be drawn. */
public final class TextBuilder {
    private static final String HELD_OUT = "unseen_text";
    private static final double HELD_OUT_SHARE = 0.02;

    private TextBuilder() {}

    /** Everything that determines the bytes. */
    public static Map<String, String> parameters() {
        return new TreeMap<>(Map.of("source", NpmPackage.WORDNET.spec(), "held_out", Double.toString(HELD_OUT_SHARE)));
    }

    /** Builds the set; an earlier build in the folder is replaced. */
    public static SetReport build(Path output, PackageSource packages, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                output,
                "text",
                "Definitions of animals, plants, food, objects and shapes, for the language model head. Abstract nouns,"
                        + " people, and what the dictionary marks as offensive are left out.",
                "text",
                List.of(SetDescription.TRAIN, HELD_OUT),
                parameters(),
                10_000);
        progress.accept(new BuildProgress("fetch " + NpmPackage.WORDNET.spec(), 0, 1));
        Path archive = packages.fetch(NpmPackage.WORDNET);
        List<Glosses.Gloss> glosses = Glosses.read(archive);
        try (SetWriter writer = new SetWriter(set)) {
            for (Glosses.Gloss gloss : glosses) {
                boolean heldOut = StableHash.share("stipple-text-1", gloss.text()) < HELD_OUT_SHARE;
                String family = heldOut ? HELD_OUT : SetDescription.TRAIN;
                ObjectNode json = JsonNodeFactory.instance.objectNode().put("text", gloss.text());
                json.putObject("metadata")
                        .put("source", NpmPackage.WORDNET.spec())
                        .put("license", NpmPackage.WORDNET.licence())
                        .put("split", family);
                writer.add(SetWriter.Encoded.of(new BuiltSample(family, "n" + gloss.id(), json, List.of())));
            }
            progress.accept(new BuildProgress("write", glosses.size(), glosses.size()));
            return writer.finish(List.of(NpmPackage.WORDNET.credit(archive)));
        }
    }
}
