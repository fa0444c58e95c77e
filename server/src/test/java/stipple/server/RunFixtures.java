package stipple.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Folders as {@code stipple train} and {@code stipple eval} leave them behind. */
final class RunFixtures {
    private RunFixtures() {}

    /** A run's recipe. */
    static void recipe(Path run, long steps) throws IOException {
        Files.createDirectories(run);
        Files.writeString(run.resolve("recipe.yaml"), "objective: nextstep\nsteps: " + steps + "\nbatch: 4\n");
    }

    /** Lines of figures for every tenth step up to one. */
    static void metrics(Path run, long upTo) throws IOException {
        Files.createDirectories(run);
        StringBuilder lines = new StringBuilder();
        for (long step = 10; step <= upTo; step += 10) {
            lines.append(line(step, 1.0 / step));
        }
        Files.writeString(run.resolve("metrics.jsonl"), lines);
    }

    static String line(long step, double loss) {
        return "{\"step\":" + step + ",\"loss\":" + loss + ",\"lr\":0.001,\"samples_per_s\":8.0}\n";
    }

    /** Words of a run, each with a time so many seconds ago. */
    static void words(Path run, String... secondsAgoStepAndText) throws IOException {
        Files.createDirectories(run);
        StringBuilder lines = new StringBuilder();
        for (String one : secondsAgoStepAndText) {
            String[] parts = one.split(" ", 3);
            Instant time = Instant.now().minusSeconds(Long.parseLong(parts[0])).truncatedTo(ChronoUnit.SECONDS);
            lines.append(time + " step " + parts[1] + "  " + parts[2] + "\n");
        }
        Files.writeString(run.resolve("run.log"), lines);
    }

    /** A sample grid. */
    static void sample(Path run, long step) throws IOException {
        Path folder = Files.createDirectories(run.resolve("samples"));
        Files.write(folder.resolve("%07d.png".formatted(step)), TestPictures.png(48, 32));
    }

    /** Everything in the folder was last written so many seconds ago. */
    static void age(Path run, long seconds) throws IOException {
        try (var files = Files.walk(run)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
            }
        }
    }

    /** A report on so many pictures, of which the first ones are right; with its pictures and its page. */
    static void report(Path folder, String model, int pictures, int right) throws IOException {
        Files.createDirectories(folder.resolve("pictures"));
        ObjectNode report = RunningServer.JSON.createObjectNode();
        report.put("schema", 1).put("suite", "composition").put("model", model);
        report.putObject("settings").put("cfg", "3");
        ArrayNode figures = report.putArray("figures");
        for (String name : new String[] {"overall", "counting"}) {
            ObjectNode figure = figures.addObject().put("name", name).put("value", (double) right / pictures);
            figure.putObject("interval").put("low", 0.1).put("high", 0.9);
            figure.put("count", pictures);
        }
        report.putArray("judge");
        ArrayNode items = report.putArray("items");
        for (int i = 0; i < pictures; i++) {
            String file = "pictures/a" + i + ".png";
            Files.write(folder.resolve(file), TestPictures.png(32, 32));
            items.addObject()
                    .put("group", "counting")
                    .put("id", "counting-" + i)
                    .put("prompt", "three red <b>circles</b>")
                    .put("seed", Long.MAX_VALUE - i)
                    .put("picture", file)
                    .put("correct", i < right)
                    .put("score", 0.5)
                    .put("verdict", "two red circles");
        }
        Files.write(folder.resolve("report.json"), RunningServer.JSON.writeValueAsBytes(report));
        Files.writeString(
                folder.resolve("report.html"),
                "<!doctype html><title>report</title><h1>report of " + model
                        + "</h1><script>document.title='script'</script>");
    }
}
