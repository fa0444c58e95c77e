package stipple.train.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.Torch;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.run.TrainEvent;
import stipple.train.run.Trainer;

/** Trains tiny models in real processes on this machine and compares them with one process. */
final class ParallelTrainingTest {
    private static final String CONSTANT = "optimizer.schedule=constant";

    @TempDir
    private Path root;

    private Path file(String run) throws IOException {
        return Files.writeString(root.resolve(run + ".yaml"), """
                objective: autoencoder
                output: %s
                seed: 5
                steps: 6
                batch: 8
                accumulate: 1
                dtype: float32
                optimizer: {lr: 5.0e-2, schedule: cosine, final_fraction: 0.1, warmup: 2, beta1: 0.9, beta2: 0.95, eps: 1.0e-8, weight_decay: 0.01, clip: 1.0}
                ema: 0.9
                checkpoint: {every: 4, keep: 9}
                log_every: 1
                samples: {every: 3, cfg: 1, steps: 1}
                data: {shards: none, families: [none], holdout: none, size: 8, skin_tones: false}
                autoencoder: {ch: 1, ch_mult: [1], res_blocks: 1, z_channels: 1, patch: 1, noise: 0, mse: 1, l1: 1, edge: 0}
                """.formatted(root.resolve(run)));
    }

    private Recipe recipe(String run, String... overrides) throws IOException {
        return RecipeReader.read(file(run), List.of(overrides));
    }

    private static Process[] start(boolean sharded, Path recipe, String... overrides) throws IOException {
        int port = Processes.freePort();
        Process[] started = new Process[2];
        for (int rank = 0; rank < 2; rank++) {
            Map<String, String> environment = new HashMap<>(Processes.place(port, rank, 2));
            environment.put("STIPPLE_TIMEOUT", "60");
            environment.put("STIPPLE_SHARD_MOMENTS", "" + sharded);
            List<String> arguments = new ArrayList<>(List.of(recipe.toString()));
            arguments.addAll(List.of(overrides));
            started[rank] = Processes.start(TrainingMember.class, environment, arguments.toArray(String[]::new));
        }
        return started;
    }

    private static void pair(boolean sharded, Path recipe, String... overrides) throws Exception {
        Process[] started = start(sharded, recipe, overrides);
        for (Process process : started) {
            Processes.Ended ended = Processes.end(process);
            assertEquals(0, ended.code(), ended.output());
            assertTrue(ended.output().contains("finished"), ended.output());
        }
    }

    private static TrainEvent.Started single(Recipe recipe) {
        List<TrainEvent> events = new ArrayList<>();
        Torch.threads(1);
        try (Scope scope = Scope.open();
                TinyTask objective = new TinyTask();
                Trainer trainer = new Trainer(recipe, objective, events::add)) {
            trainer.run();
        }
        return events.stream()
                .filter(TrainEvent.Started.class::isInstance)
                .map(TrainEvent.Started.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static double distance(Path a, Path b) {
        double worst = 0;
        try (SafetensorsFile first = SafetensorsFile.open(a);
                SafetensorsFile second = SafetensorsFile.open(b);
                Scope scope = Scope.open()) {
            assertEquals(first.tensors().keySet(), second.tensors().keySet());
            for (String name : first.tensors().keySet()) {
                worst = Math.max(
                        worst,
                        values(first, name)
                                .sub(values(second, name))
                                .abs()
                                .max()
                                .item());
            }
        }
        return worst;
    }

    private static Tensor values(SafetensorsFile file, String name) {
        var stored = file.tensors().get(name);
        return Tensors.view(stored.data(), stored.dtype(), stored.shape());
    }

    private Path state(String run, long step, String file) {
        return root.resolve(run).resolve("checkpoint-" + step).resolve(file);
    }

    private void assertSameState(String a, String b, long step) throws IOException {
        for (String file : List.of("weights.safetensors", "means.safetensors", "squares.safetensors")) {
            assertEquals(
                    -1,
                    Files.mismatch(state(a, step, file), state(b, step, file)),
                    () -> file + " differ by " + distance(state(a, step, file), state(b, step, file)));
        }
    }

    @Test
    void two_processes_make_the_steps_of_one_with_the_same_batch() throws Exception {
        pair(false, file("two"), "steps=6");
        single(recipe("parts", "steps=6", "accumulate=2"));
        // The same parts, summed by another hand: not a bit differs.
        assertSameState("two", "parts", 6);
        single(recipe("whole", "steps=6"));
        double off = distance(state("two", 6, "weights.safetensors"), state("whole", 6, "weights.safetensors"));
        assertTrue(off < 1e-3, "the batch in one piece: " + off);
        assertTrue(Files.exists(root.resolve("two/model/model.safetensors")));
    }

    @Test
    void divided_moments_change_nothing_and_go_on_with_another_number_of_processes() throws Exception {
        pair(true, file("divided"), CONSTANT, "steps=4");
        // From the gathered moments: once divided again, once in one process.
        pair(true, file("divided"), CONSTANT, "steps=8");
        single(recipe("parts", CONSTANT, "steps=4", "accumulate=2"));
        assertEquals(
                4, single(recipe("parts", CONSTANT, "steps=8", "accumulate=2")).step());
        assertSameState("divided", "parts", 8);
        assertEquals(
                8,
                single(recipe("divided", CONSTANT, "steps=10", "accumulate=2")).step());
        single(recipe("parts", CONSTANT, "steps=10", "accumulate=2"));
        assertSameState("divided", "parts", 10);
    }

    @Test
    void a_killed_peer_ends_the_run_with_its_rank_and_a_checkpoint_to_go_on_from() throws Exception {
        Process[] started = start(
                false, file("killed"), CONSTANT, "steps=1000000", "checkpoint.every=900000", "samples.every=900000");
        StringBuilder output = new StringBuilder();
        try (BufferedReader reader = started[0].inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.append(line).append('\n');
                if (line.startsWith("at 3 ")) {
                    started[1].destroyForcibly();
                }
            }
        }
        assertEquals(2, started[0].waitFor(), output::toString);
        Matcher found = Pattern.compile("refused: .*rank 1 has died.*go on from checkpoint-(\\d+)")
                .matcher(output);
        assertTrue(found.find(), output.toString());
        long step = Long.parseLong(found.group(1));
        assertTrue(step >= 3);
        TrainEvent.Started resumed = single(recipe("killed", CONSTANT, "steps=" + (step + 1)));
        assertEquals(step, resumed.step());
    }

    @Test
    void a_stop_asked_of_one_process_stops_all_of_them_with_a_checkpoint() throws Exception {
        int port = Processes.freePort();
        String recipe = file("stopped").toString();
        Map<String, String> asked = new HashMap<>(Processes.place(port, 1, 2));
        asked.put("STOP", "yes");
        Process leader = Processes.start(TrainingMember.class, Processes.place(port, 0, 2), recipe, "steps=1000000");
        Processes.Ended follower = Processes.end(Processes.start(TrainingMember.class, asked, recipe, "steps=1000000"));
        assertTrue(follower.output().contains("finished 0 false"), follower.output());
        Processes.Ended leading = Processes.end(leader);
        assertTrue(leading.output().contains("finished 0 false"), leading.output());
        assertTrue(Files.exists(state("stopped", 0, "weights.safetensors")));
    }

    @Test
    void processes_that_disagree_with_their_environment_say_so_in_one_line() throws Exception {
        Process process = Processes.start(
                TrainingMember.class,
                Map.of("MASTER_ADDR", "127.0.0.1", "MASTER_PORT", "29500", "RANK", "2", "WORLD_SIZE", "2"),
                "unused.yaml");
        Processes.Ended ended = Processes.end(process);
        assertEquals(2, ended.code());
        assertEquals(
                List.of("refused: RANK=2 does not fit WORLD_SIZE=2; ranks run from 0 to 1"),
                Arrays.asList(ended.output().strip().split("\n")));
    }
}
