package stipple.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stipple.eval.ocr.PpOcr;
import stipple.eval.ocr.Tesseract;
import stipple.eval.ocr.TextReader;
import stipple.eval.ocr.TextSuite;

/** {@code stipple eval text}. */
@Command(
        name = "text",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks for words, numbers and letters that training never drew and reads the pictures back (PP-OCRv4).",
            "The reader's own accuracy on pictures of the set is reported. Tesseract, where it is installed, gives a second"
                    + " opinion."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build words --out build/data/words",
            "  stipple data build ocr --out build/ocr",
            "  stipple eval text --output build/eval/text"
        })
final class EvalTextCommand extends EvalSuiteCommand {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "build/data/words",
            description = "a set of 'stipple data build words' (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--family",
            paramLabel = "NAME",
            defaultValue = "unseen_word",
            description = "its shard family: unseen_word, unseen_font, train (default: ${DEFAULT-VALUE})")
    private String family;

    @Option(
            names = "--reader",
            paramLabel = "DIR",
            defaultValue = "build/ocr",
            description = "folder of PP-OCRv4, made by 'stipple data build ocr' (default: ${DEFAULT-VALUE})")
    private Path reader;

    @Option(
            names = "--tesseract",
            paramLabel = "PROGRAM",
            arity = "0..1",
            fallbackValue = "tesseract",
            description = "second opinion by this program")
    private String tesseract;

    @Option(names = "--prompts", paramLabel = "N", description = "prompts at most (default: ${DEFAULT-VALUE})")
    private int prompts = 100;

    @Option(names = "--seeds", paramLabel = "N", description = "pictures a prompt (default: ${DEFAULT-VALUE})")
    private int seeds = 1;

    @Override
    public Integer call() {
        TextSuite suite = new TextSuite(data, family, prompts, seeds, run.settings());
        List<TextReader> readers = new ArrayList<>();
        try {
            readers.add(PpOcr.load(reader));
            if (tesseract != null) {
                readers.add(new Tesseract(tesseract));
            }
            return run.run(
                    spec,
                    (checkpoint, identity, progress) -> suite.run(checkpoint, identity, readers, run.output, progress));
        } finally {
            readers.forEach(TextReader::close);
        }
    }
}
