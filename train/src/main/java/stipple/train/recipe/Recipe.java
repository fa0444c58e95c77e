package stipple.train.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import stipple.torch.DType;
import stipple.torch.UserException;

/**
 * Everything that determines a training run, read from one YAML file.
 *
 * @param objective what is trained: {@code autoencoder}, {@code nextstep}, {@code dpo}, {@code grpo},
 *     {@code dual_encoder} or {@code classifier}
 * @param seed start of all randomness
 * @param output folder of the run: checkpoints, metrics, samples, exported model
 * @param steps optimiser steps
 * @param batch pictures per optimiser step
 * @param accumulate parts into which a batch is cut to save memory
 * @param dtype type of the matrix products; weights and optimiser stay float32
 * @param optimizer AdamW and its schedule
 * @param ema decay of the averaged weights, 0 for none; the average is what is exported
 * @param checkpoint when to save
 * @param logEvery steps between metrics
 * @param samples when to draw sample grids
 * @param data what to train on
 * @param autoencoder the image tokenizer, for that objective
 * @param nextstep the model, for that objective
 * @param dpo preferences, for that objective
 * @param grpo reinforcement learning, for that objective
 * @param rewards what that learns from
 * @param dualEncoder what tells how well captions suit pictures, for that objective
 * @param classifier what tells which kind a picture is, for that objective
 * @param replay data learnt on beside preferences or rewards; left out, none
 * @param lora adapters to train instead of the model; left out, the model is trained
 */
public record Recipe(
        String objective,
        long seed,
        String output,
        long steps,
        int batch,
        int accumulate,
        String dtype,
        OptimizerRecipe optimizer,
        double ema,
        CheckpointRecipe checkpoint,
        long logEvery,
        SampleRecipe samples,
        DataRecipe data,
        AutoencoderRecipe autoencoder,
        NextStepRecipe nextstep,
        DpoRecipe dpo,
        GrpoRecipe grpo,
        List<RewardRecipe> rewards,
        DualEncoderRecipe dualEncoder,
        ClassifierRecipe classifier,
        ReplayRecipe replay,
        LoraRecipe lora) {
    /** The sections that an objective reads. */
    private static final Map<String, Set<String>> READ = Map.of(
            "autoencoder", Set.of("autoencoder"),
            "nextstep", Set.of("nextstep", "lora"),
            "dpo", Set.of("nextstep", "dpo", "replay", "lora"),
            "grpo", Set.of("nextstep", "grpo", "rewards", "replay", "lora"),
            "dual_encoder", Set.of("dual_encoder"),
            "classifier", Set.of("classifier"));

    /** Checks ranges and that the part for the objective is there. */
    public Recipe {
        Checks.present("objective", objective);
        Checks.present("output", output);
        Checks.positive("steps", steps);
        Checks.positive("batch", batch);
        Checks.positive("accumulate", accumulate);
        Checks.positive("log_every", logEvery);
        Checks.present("optimizer", optimizer);
        Checks.present("checkpoint", checkpoint);
        Checks.present("samples", samples);
        Checks.present("data", data);
        Checks.present("dtype", dtype);
        DType compute = DType.ofName(dtype);
        if (compute != DType.F32 && compute != DType.BF16) {
            // Gradients in float16 vanish without loss scaling; float64 is slow and gains nothing.
            throw new UserException("Recipe: dtype must be float32 or bfloat16 for training, got " + dtype);
        }
        Checks.fraction("ema", ema);
        if (batch % accumulate != 0) {
            throw new UserException(
                    "Recipe: batch (" + batch + ") must be a multiple of accumulate (" + accumulate + ")");
        }
        rewards = rewards == null ? List.of() : List.copyOf(rewards);
        Map<String, Object> sections = new LinkedHashMap<>();
        sections.put("autoencoder", autoencoder);
        sections.put("nextstep", nextstep);
        sections.put("dpo", dpo);
        sections.put("grpo", grpo);
        sections.put("rewards", rewards.isEmpty() ? null : rewards);
        sections.put("dual_encoder", dualEncoder);
        sections.put("classifier", classifier);
        sections.put("replay", replay);
        sections.put("lora", lora);
        refuseUnread(objective, sections);
        data.refuseUnread(objective);
        if (!data.also().isEmpty() && !objective.equals("autoencoder")) {
            throw new UserException("Recipe: data.also is for the objective autoencoder; " + objective
                    + " reads several data sets by a data.mixture");
        }
        if (data.crop() != null && !objective.equals("autoencoder")) {
            throw new UserException("Recipe: data.crop is for the objective autoencoder; " + objective
                    + " needs whole pictures, whose captions say what they show");
        }
        switch (objective) {
            case "autoencoder" -> {
                Checks.present("autoencoder", autoencoder);
                data.requireSets();
            }
            case "nextstep" -> {
                Checks.present("nextstep", nextstep);
                nextstep.requireRows();
                data.requireSets();
            }
            case "dpo" -> {
                Checks.present("dpo", dpo);
                data.requirePost(objective, replay != null);
                requireModel(objective, nextstep);
            }
            case "grpo" -> {
                Checks.present("grpo", grpo);
                data.requirePost(objective, replay != null);
                requireModel(objective, nextstep);
                GrpoRecipe.checkRewards(rewards);
                if (grpo.overlapped() && accumulate < 2) {
                    throw new UserException(
                            "Recipe: grpo.schedule overlapped samples one part of a batch while another is"
                                    + " trained on, but accumulate is 1; set it to 2 or more");
                }
                if (lora != null && lora.dropout() > 0) {
                    throw new UserException("Recipe: lora.dropout makes another policy than the one that sampled; leave"
                            + " it out for grpo");
                }
            }
            case "dual_encoder" -> {
                Checks.present("dual_encoder", dualEncoder);
                requireShardsAlone(objective, data);
            }
            case "classifier" -> {
                Checks.present("classifier", classifier);
                requireShardsAlone(objective, data);
            }
            default -> throw new IllegalStateException(objective);
        }
        if (lora != null && (nextstep == null || nextstep.init() == null)) {
            throw new UserException("Recipe: lora adapts a trained model; say which by nextstep.init");
        }
        if (lora != null && !nextstep.freeze().isEmpty()) {
            throw new UserException("Recipe: with lora only the adapters are trained; leave nextstep.freeze out");
        }
    }

    /** A section that nothing reads is a mistake: of the objective, or of the section. */
    private static void refuseUnread(String objective, Map<String, Object> sections) {
        Set<String> read = READ.get(objective);
        if (read == null) {
            throw new UserException("Recipe: unknown objective '" + objective
                    + "'; use autoencoder, nextstep, dpo, grpo, dual_encoder or classifier");
        }
        sections.forEach((name, section) -> {
            if (section != null && !read.contains(name)) {
                throw new UserException("Recipe: the objective " + objective + " does not read the section '" + name
                        + "'; leave it out, or give the objective that it is for");
            }
        });
    }

    private static void requireShardsAlone(String objective, DataRecipe data) {
        data.requireSets();
        if (!data.mixture().isEmpty()) {
            throw new UserException(
                    "Recipe: the objective " + objective + " learns from data.shards; it reads no data.mixture");
        }
    }

    private static void requireModel(String objective, NextStepRecipe nextstep) {
        Checks.present("nextstep", nextstep);
        if (nextstep.init() == null) {
            throw new UserException(
                    "Recipe: " + objective + " goes on from a trained model; say which by nextstep.init");
        }
    }

    /** The type of the matrix products. */
    public DType compute() {
        return DType.ofName(Objects.requireNonNull(dtype));
    }

    /** The same with another folder of the run. */
    public Recipe withOutput(String folder) {
        return new Recipe(
                objective,
                seed,
                folder,
                steps,
                batch,
                accumulate,
                dtype,
                optimizer,
                ema,
                checkpoint,
                logEvery,
                samples,
                data,
                autoencoder,
                nextstep,
                dpo,
                grpo,
                rewards,
                dualEncoder,
                classifier,
                replay,
                lora);
    }
}
