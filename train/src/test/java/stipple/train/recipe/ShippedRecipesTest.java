package stipple.train.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.TarShardWriter;
import stipple.model.files.JsonObjectFile;
import stipple.torch.Tensor;
import stipple.train.Objectives;
import stipple.train.TinyCaptions;
import stipple.train.TinyRuns;
import stipple.train.check.Estimate;
import stipple.train.dpo.PairFolder;
import stipple.train.dpo.PreferencePair;
import stipple.train.objective.Objective;
import stipple.train.run.TrainEvent;
import stipple.train.run.Trainer;

/**
 * Every recipe that ships, from its start to its exported model. What is overridden is the size: of the network, the
 * pictures, the rows and the run, and where the data lie. Later stages start from the models that the earlier ones made.
 */
@TestMethodOrder(MethodOrderer.MethodName.class)
class ShippedRecipesTest {
    private static final Path RECIPES = Path.of("..", "recipes");
    private static final int SIZE = 32;
    private static final int SAMPLES = 6;
    private static final List<String> FAMILIES = List.of(
            "train", "validation", "unseen_emoji", "unseen_pair", "unseen_combination", "unseen_word", "holdout");

    @TempDir
    private static Path temp;

    private static TinyRuns tiny;
    private static Path vae;
    private static final Map<String, Path> MADE = new HashMap<>();

    @BeforeAll
    static void makeData() throws IOException {
        tiny = TinyRuns.in(temp);
        tiny.nextStepFile("unused");
        vae = temp.resolve("vae");
        preferences(Files.createDirectories(temp.resolve("preferences")));
        TinyCaptions.write(
                temp.resolve("captions"),
                IntStream.rangeClosed(0, SAMPLES)
                        .mapToObj(i -> i == SAMPLES ? "a blue disc" : "a red square " + i)
                        .toList());
        for (String family : FAMILIES) {
            shards("pairs", family, 1);
            shards("edits", family, 2);
        }
    }

    private static void preferences(Path folder) throws IOException {
        Files.write(folder.resolve("a.png"), PngEncoder.encode(Pixels.filled(SIZE, SIZE, 200)));
        Files.write(folder.resolve("b.png"), PngEncoder.encode(Pixels.filled(SIZE, SIZE, 20)));
        PairFolder.write(folder, List.of(new PreferencePair("a red square", "a.png", "b.png")));
    }

    private static void shards(String set, String family, int pictures) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(set));
        try (TarShardWriter writer = new TarShardWriter(folder, family, 4)) {
            for (int i = 0; i < SAMPLES; i++) {
                List<ImageMember> members = new ArrayList<>();
                for (int k = 0; k < pictures; k++) {
                    // Large enough for every filter of the recipes, and of two shapes.
                    byte[] png = PngEncoder.encode(Pixels.filled(256, i % 2 == 0 ? 256 : 320, 30 * i + 20 * k));
                    members.add(new ImageMember("png", png));
                }
                String json = "{\"caption\": [\"a red square " + i
                        + "\", \"a blue disc\"], \"caption_i2t\": \"a disc\", \"text\":"
                        + " \"a red square and a blue disc\", \"metadata\": {\"score\": 6, \"style\": \""
                        + (i % 2 == 0 ? "flat" : "noto") + "\"}}";
                writer.add(family + set + i, json, members);
            }
            writer.finishAll();
        }
    }

    static List<String> recipes() throws IOException {
        try (var files = Files.walk(RECIPES)) {
            return files.filter(f -> f.toString().endsWith(".yaml"))
                    .map(f -> RECIPES.relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }

    private static List<String> overrides(String name, Recipe shipped) {
        List<String> set = new ArrayList<>(List.of(
                "output=" + temp.resolve("runs").resolve(name.replace(".yaml", "")),
                "steps=2",
                "batch=2",
                "accumulate=" + (shipped.grpo() != null && shipped.grpo().overlapped() ? 2 : 1),
                "log_every=1",
                "optimizer.warmup=1",
                "checkpoint.every=2",
                "samples.every=2",
                "samples.steps=1",
                "data.size=" + SIZE));
        if (shipped.samples().prompts().size() > 1) {
            set.add("samples.prompts=[a red square]");
        }
        if (shipped.data().shards() != null) {
            set.add("data.shards=" + temp.resolve("pairs"));
        }
        if (shipped.data().latents() != null) {
            set.add("data.latents=" + temp.resolve("latents"));
        }
        if (!shipped.data().also().isEmpty()) {
            set.add("data.also=[" + temp.resolve("pairs") + "]");
        }
        if (shipped.data().crop() != null) {
            set.add("data.crop=" + SIZE / 2);
        }
        if (!shipped.data().bases().isEmpty()) {
            set.add("data.bases=[16, " + SIZE + "]");
            set.add("data.pack=64");
        }
        shipped.data().mixture().forEach(part -> {
            String data = part.category().equals("edit") || part.category().equals("interleave") ? "edits" : "pairs";
            set.add("data.mixture[" + part.name() + "].path=" + temp.resolve(data));
        });
        switch (shipped.objective()) {
            case "autoencoder" -> autoencoder(shipped, set);
            case "dual_encoder" ->
                set.addAll(List.of(
                        "dual_encoder.captions=" + temp.resolve("captions"),
                        "dual_encoder.widths=[8, 8]",
                        "dual_encoder.negatives=3"));
            case "classifier" ->
                set.addAll(
                        List.of("classifier.hidden=8", "classifier.copies=3", "classifier.autoencoders=[" + vae + "]"));
            default -> nextStep(shipped, set);
        }
        return set;
    }

    private static void autoencoder(Recipe shipped, List<String> set) {
        set.addAll(List.of("dtype=float32", "autoencoder.z_channels=4"));
        set.add("autoencoder.ch=32");
        set.add("autoencoder.ch_mult=[1, 1, 1, 1]");
        set.add("autoencoder.res_blocks=1");
        set.add("autoencoder.patch=2");
        if (shipped.autoencoder().init() != null) {
            set.add("autoencoder.init=" + vae);
        }
        if (shipped.autoencoder().evalSize() != null) {
            set.add("autoencoder.eval_size=" + SIZE);
        }
    }

    private static void nextStep(Recipe shipped, List<String> set) {
        NextStepRecipe settings = shipped.nextstep();
        String init = settings.init();
        if (init == null || init.startsWith("models/Qwen")) {
            // Started from a language model in StartTest; here the chain starts from scratch.
            set.addAll(List.of(
                    "nextstep.init=null",
                    "nextstep.tokenizer=" + temp.resolve("tokenizer"),
                    "nextstep.autoencoder=" + vae));
        } else {
            // The model that ships is not made here: that of the first recipe stands for it.
            Path made = MADE.get(init.startsWith("models/stipple-") ? "runs/emoji-64/model" : init);
            assertTrue(made != null, init + " is the output of an earlier stage");
            set.add("nextstep.init=" + made);
        }
        if (settings.hidden() != null) {
            set.addAll(List.of(
                    "nextstep.hidden=32",
                    "nextstep.layers=2",
                    "nextstep.heads=2",
                    "nextstep.kv_heads=1",
                    "nextstep.intermediate=48",
                    "nextstep.head_dim=32",
                    "nextstep.head_layers=1"));
        }
        if (settings.vocab() != null) {
            set.add("nextstep.vocab=300");
        }
        set.add("nextstep.max_text=12");
        if (shipped.dpo() != null) {
            set.add("dpo.pairs=" + temp.resolve("preferences"));
            set.add("dpo.holdout=" + temp.resolve("preferences"));
        }
        if (shipped.grpo() != null) {
            set.addAll(List.of("grpo.group=2", "grpo.holdout_prompts=2", "grpo.min_std=0"));
            if (shipped.rewards().stream().anyMatch(reward -> reward.kind().equals("composition"))) {
                // The judges live above this module.
                String bright = "[{kind: pixels, options: {rule: brightness}}]";
                set.add("grpo.credit=picture");
                set.add("rewards=" + bright);
                set.add("grpo.watch=[{name: emoji, prompts: unseen_pair, rewards: " + bright + "}]");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void a_recipe_runs_from_its_start_to_its_exported_model(String name) {
        Path file = RECIPES.resolve(name);
        Recipe shipped = RecipeReader.read(file, List.of());
        Recipe recipe = RecipeReader.read(file, overrides(name, shipped));
        long before = Tensor.live();
        List<TrainEvent> events = new ArrayList<>();
        try (Objective objective = Objectives.of(recipe);
                Trainer trainer = new Trainer(recipe, objective, events::add)) {
            trainer.run();
        }
        assertEquals(before, Tensor.live());
        TrainEvent.Finished finished = (TrainEvent.Finished) events.getLast();
        assertTrue(finished.completed());
        List<TrainEvent.Progress> lines = events.stream()
                .filter(TrainEvent.Progress.class::isInstance)
                .map(TrainEvent.Progress.class::cast)
                .toList();
        assertEquals(2, lines.size());
        assertTrue(lines.stream().allMatch(line -> Double.isFinite(line.loss()) && line.gradientNorm() > 0));
        List<String> news = events.stream()
                .filter(TrainEvent.News.class::isInstance)
                .flatMap(event -> ((TrainEvent.News) event).lines().stream())
                .toList();
        for (MixturePart part : recipe.data().mixture()) {
            String line = news.stream()
                    .filter(n -> n.startsWith("data: " + part.name() + " ("))
                    .findFirst()
                    .orElseThrow();
            int samples = SAMPLES * (part.family().isEmpty() ? FAMILIES.size() : 1);
            assertTrue(line.contains(" " + samples + " samples, left out nothing"), line);
        }
        String config = recipe.lora() == null ? "config.json" : "adapter_config.json";
        assertTrue(Files.isRegularFile(finished.model().resolve(config)));
        if (recipe.nextstep() != null) {
            // What was learnt in one stage is kept in the later ones.
            Path start = MADE.get(shipped.nextstep().init());
            boolean edits = recipe.data().mixture().stream().anyMatch(MixturePart::edits)
                    || (start != null && tasks(start.resolve("config.json")).contains("edit"));
            assertEquals(edits, tasks(finished.model().resolve(config)).contains("edit"), name);
        }
        MADE.put(shipped.output() + "/model", finished.model());
    }

    private static List<String> tasks(Path config) {
        return JsonObjectFile.read(config)
                .object("stipple")
                .map(own -> own.texts("tasks", List.of()))
                .orElse(List.of());
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void an_estimate_of_a_recipe_as_shipped_needs_neither_its_inputs_nor_its_memory(String name) {
        Recipe shipped = RecipeReader.read(RECIPES.resolve(name), List.of());
        if (name.startsWith("tokenizer-") && shipped.autoencoder().ch() == null) {
            shipped = RecipeReader.read(RECIPES.resolve(name), List.of("autoencoder.init=" + vae));
        }
        if (shipped.nextstep() != null
                && shipped.nextstep().init() != null
                && shipped.nextstep().init().startsWith("models/stipple-")) {
            // Lies beside the recipes, not below this module.
            String ours = RECIPES.resolveSibling(shipped.nextstep().init()).toString();
            shipped = RecipeReader.read(RECIPES.resolve(name), List.of("nextstep.init=" + ours));
        }
        long before = Tensor.live();
        Estimate estimate = Estimate.of(shipped);
        assertEquals(before, Tensor.live());
        assertTrue(estimate.parameterCount() > 10_000, name);
        assertTrue(estimate.trained() <= estimate.parameterCount(), name);
        assertTrue(estimate.workload().flops() > 0 && estimate.memory().total() > 16 * estimate.trained(), name);
    }

    @Test
    void the_large_recipe_counts_the_parameters_of_the_published_model() {
        Recipe stage = RecipeReader.read(RECIPES.resolve("nextstep-14b/1-pretrain-stage1.yaml"), List.of());
        Estimate estimate = Estimate.of(stage);
        assertEquals(152064L * 5120, estimate.parameters().get("embed_tokens"));
        double billions = estimate.parameterCount() / 1e9;
        assertEquals(14.9, billions, 0.1);
        assertEquals(157e6, estimate.parameters().get("image_head"), 8e6);
        assertEquals(16384, estimate.workload().tokens(), 1);
        // 4 bytes each of weights and gradients, 8 of moments.
        assertTrue(estimate.memory().total() > 16 * estimate.parameterCount());
        // Six operations a parameter and token, those of the head four times over, and attention.
        double floor = 6 * 14.0e9 * 16384;
        assertTrue(estimate.workload().flops() > floor && estimate.workload().flops() < 1.5 * floor);
        Recipe adapters = RecipeReader.read(RECIPES.resolve("nextstep-14b/5-edit-lora.yaml"), List.of());
        Estimate small = Estimate.of(adapters);
        assertTrue(small.trained() < small.parameterCount() / 20);
        assertTrue(small.memory().moments() < estimate.memory().moments() / 20);
    }
}
