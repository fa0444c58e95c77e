package stipple.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.DataException;
import stipple.data.SampleSource;
import stipple.data.source.DataSets;
import stipple.eval.text.MiniLm;
import stipple.model.agreement.CaptionVectors;
import stipple.torch.UserException;

/** {@code stipple data build captions}. */
@Command(
        name = "captions",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes vectors of all captions of a data set with the sentence encoder all-MiniLM-L6-v2 (Apache-2.0).",
            "A dual encoder of pictures and captions is trained on them (recipes/agreement.yaml)."
        },
        footer = {"", "Example: stipple data build captions --data build/data/emoji --out build/data/emoji-captions"})
final class CaptionsCommand implements Callable<Integer> {
    private static final int PART = 2048;
    private static final int TOGETHER = 64;

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "the data set")
    private Path data;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder of the vectors; earlier ones in it are replaced")
    private Path out;

    @Option(
            names = "--variants",
            paramLabel = "N",
            description = "captions of each sample at most, from the first on; the last of the emoji set name no style"
                    + " (default: all)")
    private Integer variants;

    @Option(names = "--json", description = "print the figures as JSON")
    private boolean json;

    @Override
    public Integer call() {
        if (variants != null && variants < 1) {
            throw new UserException("--variants must be at least 1, got " + variants);
        }
        List<String> captions = captions();
        float[][] vectors = new float[captions.size()][];
        ProgressBar bar =
                Host.of(spec).terminal() ? new ProgressBar(spec.commandLine().getErr()) : null;
        try (MiniLm encoder = new MiniLm(TOGETHER)) {
            for (int from = 0; from < vectors.length; from += PART) {
                int to = Math.min(vectors.length, from + PART);
                float[][] part = encoder.encode(captions.subList(from, to));
                System.arraycopy(part, 0, vectors, from, part.length);
                if (bar != null) {
                    bar.show("reading", to, vectors.length, "captions");
                }
            }
        }
        if (bar != null) {
            bar.clear();
        }
        CaptionVectors.write(out, MiniLm.NAME, captions, vectors, MiniLm.SOURCE);
        PrintWriter print = spec.commandLine().getOut();
        new Report()
                .put("folder", out.toString())
                .put("captions", captions.size())
                .put("numbers", vectors[0].length)
                .put("encoder", MiniLm.NAME)
                .print(print, json);
        return 0;
    }

    private List<String> captions() {
        SampleSource samples = DataSets.open(data, "");
        Set<String> captions = new LinkedHashSet<>();
        for (int i = 0; i < samples.size(); i++) {
            JsonNode caption = samples.json(i).path("caption");
            if (caption.isArray()) {
                int most = variants == null ? caption.size() : Math.min(variants, caption.size());
                for (int v = 0; v < most; v++) {
                    captions.add(caption.get(v).asText());
                }
            } else if (caption.isTextual()) {
                captions.add(caption.asText());
            }
        }
        if (captions.isEmpty()) {
            throw new DataException("No sample of " + data + " has a 'caption'");
        }
        return new ArrayList<>(captions);
    }
}
