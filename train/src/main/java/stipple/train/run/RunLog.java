package stipple.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.files.AtomicFile;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.board.Events;
import stipple.train.board.Histogram;
import stipple.train.board.Summary;
import stipple.train.log.AppendFile;
import stipple.train.log.JsonLines;

/**
 * Everything a run writes for those who watch it: {@code metrics.jsonl}, {@code run.log} with what was said in words, and
 * event files for TensorBoard.
 */
final class RunLog implements AutoCloseable {
    /** Values taken of each part of the model for a histogram; more would tell nothing more. */
    private static final int HISTOGRAM_VALUES = 100_000;

    private final JsonLines lines;
    private final AppendFile events;
    private final AppendFile words;

    /**
     * Goes on after a step.
     *
     * @param root the run's folder
     */
    RunLog(Path root, long step) {
        lines = new JsonLines(root.resolve("metrics.jsonl"), step);
        words = new AppendFile(root.resolve("run.log"));
        Instant now = Instant.now();
        // TensorBoard reads the files of a folder in the order of their names.
        events = new AppendFile(root.resolve("tensorboard")
                .resolve("events.out.tfevents.%010d.%06d.stipple"
                        .formatted(now.getEpochSecond(), now.getNano() / 1000)));
        events.append(Events.header(now));
        events.append(Events.restart(now, step));
    }

    /** Says something in words. */
    void note(long step, List<String> texts) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        StringBuilder lines = new StringBuilder();
        texts.forEach(text -> lines.append(now)
                .append(" step ")
                .append(step)
                .append("  ")
                .append(text)
                .append('\n'));
        words.append(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    void write(TrainEvent.Progress p) {
        ObjectNode line = JsonLines.line(p.step()).put("loss", p.loss());
        p.parts().forEach(line::put);
        line.put("lr", p.lr()).put("grad_norm", p.gradientNorm());
        line.put("samples_per_s", p.speed().samples())
                .put("tokens_per_s", p.speed().tokens());
        line.put("tflops", p.speed().flops() / 1e12).put("mfu", p.speed().utilization());
        line.put("data_wait", p.speed().waiting());
        line.put("resident_bytes", p.residentBytes());
        Summary summary = new Summary();
        summary.scalar("loss/total", p.loss());
        p.parts().forEach((name, value) -> summary.scalar("loss/" + name, value));
        summary.scalar("optimizer/lr", p.lr()).scalar("optimizer/grad_norm", p.gradientNorm());
        summary.scalar("speed/samples_per_s", p.speed().samples())
                .scalar("speed/tokens_per_s", p.speed().tokens());
        summary.scalar("speed/tflops", p.speed().flops() / 1e12)
                .scalar("speed/mfu", p.speed().utilization())
                .scalar("speed/data_wait", p.speed().waiting());
        summary.scalar("speed/resident_gib", p.residentBytes() / (double) (1 << 30));
        both(p.step(), line, summary);
    }

    /**
     * Figures, pictures and distributions of a step.
     *
     * @param grid the sample grid, which need not be there
     * @param gradients norm of each parameter's gradient
     */
    void write(TrainEvent.Evaluated e, Path grid, Weights weights, Map<String, Double> gradients) {
        ObjectNode line = JsonLines.line(e.step());
        Summary summary = new Summary();
        e.figures().forEach((name, value) -> {
            line.put("eval_" + name, value);
            summary.scalar("eval/" + name, value);
        });
        if (Files.isRegularFile(grid)) {
            summary.image("samples", read(grid));
        }
        sampled(weights).forEach((part, values) -> summary.histogram("weights/" + part, Histogram.of(values)));
        summary.histogram("norms/weights", Histogram.of(norms(weights)));
        float[] norms = new float[gradients.size()];
        int at = 0;
        for (double norm : gradients.values()) {
            norms[at++] = (float) norm;
        }
        summary.histogram("norms/gradients", Histogram.of(norms));
        both(e.step(), line, summary);
    }

    private void both(long step, ObjectNode line, Summary summary) {
        try {
            lines.write(line);
        } finally {
            events.append(Events.summary(Instant.now(), step, summary));
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Evenly spaced values of each part of the model. */
    private static Map<String, float[]> sampled(Weights weights) {
        Map<String, Long> counts = ParameterParts.of(weights);
        Map<String, List<float[]>> pieces = new LinkedHashMap<>();
        weights.all().forEach((name, tensor) -> {
            String part = ParameterParts.part(name);
            int stride = (int) Math.max(1, counts.get(part) / HISTOGRAM_VALUES);
            pieces.computeIfAbsent(part, p -> new ArrayList<>()).add(strided(tensor, stride));
        });
        Map<String, float[]> sampled = new LinkedHashMap<>();
        pieces.forEach((part, list) -> sampled.put(part, joined(list)));
        return sampled;
    }

    private static float[] strided(Tensor tensor, int stride) {
        try (Scope scope = Scope.open()) {
            long taken = tensor.count() / stride;
            Tensor flat = Autograd.detach(tensor).reshape(-1);
            return taken == 0
                    ? new float[0]
                    : flat.narrow(0, 0, taken * stride)
                            .reshape(taken, stride)
                            .narrow(1, 0, 1)
                            .toFloats();
        }
    }

    private static float[] joined(List<float[]> pieces) {
        float[] all = new float[pieces.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }

    private static float[] norms(Weights weights) {
        float[] norms = new float[weights.all().size()];
        int at = 0;
        for (Tensor tensor : weights.all().values()) {
            try (Scope scope = Scope.open()) {
                norms[at++] =
                        (float) Math.sqrt(Autograd.detach(tensor).square().sum().item());
            }
        }
        return norms;
    }

    @Override
    public void close() {
        lines.close();
        events.close();
        words.close();
    }
}
