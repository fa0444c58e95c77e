package stipple.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import stipple.model.checkpoint.BackboneNames;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.model.checkpoint.ExpectedTensors;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.BackboneConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.LatentConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.Task;
import stipple.model.config.VaeConfig;
import stipple.model.config.VaeLocation;
import stipple.model.files.JsonObjectFile;
import stipple.model.generate.SupportedSizes;
import stipple.model.image.ImageSize;
import stipple.model.text.PromptTokenizer;

/** What a model folder holds; nothing is loaded, but every tensor's name and shape is compared with the config. */
final class ModelInspection {
    private ModelInspection() {}

    /** A whole checkpoint, or the folder of an image tokenizer alone. */
    static Report of(Path folder) {
        JsonObjectFile json = JsonObjectFile.read(folder.resolve(ModelConfigReader.FILE));
        return json.has("z_channels") && !json.has("boi") ? autoencoder(folder) : checkpoint(folder);
    }

    private static Report checkpoint(Path folder) {
        ModelConfig config = ModelConfigReader.read(folder);
        Path vae = VaeLocation.find(folder, config);
        List<ExpectedTensor> expected = BackboneNames.expected(config);
        Report report = new Report().put("folder", folder.toString()).put("dialect", config.dialect());
        tasks(report, config);
        try (CheckpointFiles files = CheckpointFiles.open(folder)) {
            ExpectedTensors.check(folder.toString(), expected, files.tensors());
            report.put("backbone", backbone(config.backbone()));
            report.put(
                    "flow_head",
                    new Report()
                            .put("width", config.flowHead().dim())
                            .put("blocks", config.flowHead().layers()));
            report.put("image_tokens", imageTokens(config.latent()));
            report.put("parameters", parameters(files.tensors()));
            report.put("stored_types", WeightsInspection.types(files.tensors().values()));
            quantised(expected, files.tensors()).ifPresent(format -> report.put("quantised", format));
            report.put("weight_files", names(files.files()));
        }
        report.put("image_tokenizer", autoencoder(vae));
        report.put("text_tokenizer", tokenizer(folder, config));
        report.put(
                "sizes",
                SupportedSizes.of(config).sizes().stream()
                        .map(ImageSize::toString)
                        .toList());
        return report.put("recommended", recommended(config.generation()));
    }

    /** What it was trained for, if somebody says so; of the published checkpoints nobody does. */
    static void tasks(Report report, ModelConfig config) {
        if (!config.tasks().isEmpty()) {
            report.put("tasks", config.tasks().stream().sorted().map(Task::id).toList());
        }
    }

    private static Report backbone(BackboneConfig backbone) {
        return new Report()
                .put("layers", backbone.layers())
                .put("hidden", backbone.hidden())
                .put(
                        "heads",
                        backbone.heads() + " query, " + backbone.kvHeads() + " key/value, of " + backbone.headDim())
                .put("mlp", backbone.intermediate())
                .put("vocabulary", backbone.vocab())
                .put("positions", backbone.maxPositions());
    }

    private static Report imageTokens(LatentConfig latent) {
        return new Report()
                .put("width", latent.tokenWidth())
                .put("pixels", latent.pixelsPerToken() + "x" + latent.pixelsPerToken())
                .put("trained_at", latent.trainingPixels() + "x" + latent.trainingPixels());
    }

    private static Report parameters(Map<String, StoredTensor> tensors) {
        long head = count(tensors, "image_head.");
        long projectors = count(tensors, "image_in_projector.") + count(tensors, "image_out_projector.");
        long vocabulary = count(tensors, "embed_tokens.") + count(tensors, "lm_head.");
        long all = WeightsInspection.parameters(tensors.values());
        return new Report()
                .put("backbone", all - head - projectors - vocabulary)
                .put("vocabulary", vocabulary)
                .put("flow_head", head)
                .put("projectors", projectors)
                .put("all", all);
    }

    /** Which integers the matrices are stored in, if any. */
    private static Optional<String> quantised(List<ExpectedTensor> expected, Map<String, StoredTensor> tensors) {
        Map<String, Long> formats = expected.stream()
                .filter(tensor -> PackedTensors.packed(tensors, tensor.name()))
                .map(tensor -> PackedTensors.layout(tensors, tensor.name(), tensor.shape()))
                .map(layout -> layout.format().id() + (layout.group() > 0 ? " in groups of " + layout.group() : ""))
                .collect(Collectors.groupingBy(format -> format, TreeMap::new, Collectors.counting()));
        return formats.isEmpty()
                ? Optional.empty()
                : Optional.of(formats.entrySet().stream()
                        .map(e -> e.getKey() + " (" + e.getValue() + " matrices)")
                        .collect(Collectors.joining(", ")));
    }

    private static long count(Map<String, StoredTensor> tensors, String prefix) {
        return PackedTensors.parameters(tensors.values().stream()
                .filter(tensor -> tensor.name().startsWith(prefix))
                .toList());
    }

    private static Report autoencoder(Path folder) {
        VaeConfig config = VaeConfig.read(folder);
        VaeNames names = new VaeNames(config);
        try (CheckpointFiles files = CheckpointFiles.openAutoencoder(folder)) {
            Map<String, StoredTensor> tensors = names.canonical(files.tensors());
            ExpectedTensors.check(folder.toString(), names.expected(), tensors);
            Collection<StoredTensor> all = tensors.values();
            return new Report()
                    .put("folder", folder.toString())
                    .put("latent_channels", config.zChannels())
                    .put("downsampling", config.downsampling())
                    .put("widths", widths(config))
                    .put("parameters", WeightsInspection.parameters(all))
                    .put("stored_types", WeightsInspection.types(all));
        }
    }

    private static List<String> widths(VaeConfig config) {
        List<String> widths = new ArrayList<>();
        for (int level = 0; level < config.levels(); level++) {
            widths.add(Integer.toString(config.width(level)));
        }
        return widths;
    }

    private static Report tokenizer(Path folder, ModelConfig config) {
        if (!Files.isRegularFile(folder.resolve("tokenizer.json"))) {
            return new Report().put("file", "none, so prompts cannot be read");
        }
        try (PromptTokenizer tokenizer = PromptTokenizer.open(folder, config)) {
            return new Report().put("file", "tokenizer.json").put("tokens", tokenizer.size());
        }
    }

    private static Report recommended(GenerationDefaults g) {
        return new Report()
                .put("size", g.width() + "x" + g.height())
                .put("steps", g.steps())
                .put("sampler", g.sampler().id())
                .put("cfg", g.cfg())
                .put("cfg_image", g.cfgImage())
                .put("cfg_schedule", g.cfgSchedule().id())
                .put("shift", g.shift())
                .put("use_norm", g.useNorm())
                .put("context_noise", g.contextNoise())
                .put("positive", g.positivePrompt())
                .put("negative", g.negativePrompt());
    }

    private static List<String> names(List<Path> files) {
        return files.stream().map(file -> file.getFileName().toString()).toList();
    }
}
