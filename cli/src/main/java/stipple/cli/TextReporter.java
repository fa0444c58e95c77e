package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import stipple.model.generate.GenerationEvent;
import stipple.model.think.Thinker;

/** For people and scripts: paths on the output, a line each; everything else on the error output. */
final class TextReporter implements DrawReporter {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean quiet;
    private final boolean bar;
    private ProgressBar progress;
    private int pictures;
    private DrawStart about;

    /**
     * Prints.
     *
     * @param quiet whether paths are all there is
     * @param terminal whether a bar can be drawn
     */
    TextReporter(PrintWriter out, PrintWriter err, boolean quiet, boolean terminal) {
        this.out = out;
        this.err = err;
        this.quiet = quiet;
        this.bar = terminal && !quiet;
    }

    @Override
    public void thought(String mode, Thinker.Coordinated result) {
        if (!quiet) {
            err.println("stipple: " + mode + ": " + result.thought().text());
            err.flush();
        }
    }

    @Override
    public void started(DrawStart start) {
        about = start;
        pictures = start.request().count();
        progress = new ProgressBar(err);
    }

    @Override
    public void event(GenerationEvent event) {
        if (!bar) {
            return;
        }
        switch (event) {
            case GenerationEvent.PromptReady ready
            when ready.picture() == 0 -> progress.show("drawing", 0, (long) pictures * ready.imageTokens(), "tokens");
            case GenerationEvent.RowDrawn row ->
                progress.show(
                        (pictures > 1 ? "picture " + (row.picture() + 1) + "/" + pictures + ", " : "") + "row "
                                + row.row() + "/" + row.rows(),
                        row.tokens(),
                        row.totalTokens(),
                        "tokens");
            case GenerationEvent.PromptReady ready -> {}
            case GenerationEvent.PartialPicture partial -> {}
            case GenerationEvent.PictureFinished finished -> {}
        }
    }

    @Override
    public void previewed(int picture, int row, Path file) {
        // The bar already says so.
    }

    @Override
    public void saved(int picture, long seed, Path file) {
        progress.clear();
        if (picture == 0 && about.randomSeed() && !quiet) {
            err.println("stipple: seed " + seed);
            err.flush();
        }
        out.println(file);
        out.flush();
    }

    @Override
    public void finished() {
        progress.clear();
    }

    @Override
    public void cancelled(int saved) {
        progress.clear();
        err.println("stipple: cancelled; "
                + (saved == 0
                        ? "nothing was written"
                        : saved + " of " + pictures + " pictures were finished before and are complete"));
    }
}
