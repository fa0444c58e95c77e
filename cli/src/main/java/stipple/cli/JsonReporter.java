package stipple.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import stipple.model.files.JsonObjectFile;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.RequestJson;
import stipple.model.think.Thinker;

/** For programs: every event as one line of JSON with its name under {@code event}. */
final class JsonReporter implements DrawReporter {
    private static final double NANOS = 1e9;

    private final PrintWriter out;
    private long start;

    JsonReporter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void thought(String mode, Thinker.Coordinated result) {
        ObjectNode json = event("thought")
                .put("mode", mode)
                .put("text", result.thought().text())
                .put("tokens", result.tokens());
        ArrayNode rounds = json.putArray("rounds");
        result.rounds().forEach(round -> round.forEach(rounds.addArray()::add));
        print(json);
    }

    @Override
    public void started(DrawStart about) {
        start = System.nanoTime();
        ObjectNode json = event("started").put("model", about.model());
        json.put("dtype", about.machine().dtype());
        json.put("device", about.machine().device());
        json.put("engine", about.engine());
        json.put("threads", about.machine().threads());
        json.set("request", RequestJson.write(about.request()));
        print(json);
    }

    @Override
    public void event(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.PromptReady ready ->
                print(event("prompt")
                        .put("picture", ready.picture())
                        .put("prompt_tokens", ready.promptTokens())
                        .put("image_tokens", ready.imageTokens()));
            case GenerationEvent.RowDrawn row ->
                print(event("row")
                        .put("picture", row.picture())
                        .put("row", row.row())
                        .put("rows", row.rows())
                        .put("tokens", row.tokens())
                        .put("total_tokens", row.totalTokens())
                        .put("seconds", seconds())
                        .put("eta_seconds", rounded(seconds() / row.tokens() * (row.totalTokens() - row.tokens()))));
            // Their files have events of their own.
            case GenerationEvent.PartialPicture partial -> {}
            case GenerationEvent.PictureFinished finished -> {}
        }
    }

    @Override
    public void previewed(int picture, int row, Path file) {
        print(event("preview").put("picture", picture).put("row", row).put("path", file.toString()));
    }

    @Override
    public void saved(int picture, long seed, Path file) {
        print(event("picture").put("picture", picture).put("seed", seed).put("path", file.toString()));
    }

    @Override
    public void finished() {
        print(event("done").put("seconds", seconds()));
    }

    @Override
    public void cancelled(int saved) {
        print(event("cancelled").put("pictures", saved));
    }

    private static ObjectNode event(String name) {
        return JsonObjectFile.newObject().put("event", name);
    }

    private double seconds() {
        return rounded((System.nanoTime() - start) / NANOS);
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 1000) / 1000.0;
    }

    private void print(ObjectNode json) {
        out.println(json);
        out.flush();
    }
}
