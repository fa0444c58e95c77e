package stipple.model.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.config.ModelConfig;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.Task;
import stipple.model.nn.Linear;
import stipple.model.nn.LowRank;
import stipple.model.nn.Weights;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;

class LoraTest {
    private static final LoraConfig CONFIG = new LoraConfig(2, 4, List.of("q_proj"));

    @TempDir
    Path dir;

    private static Weights base(Rng rng) {
        Weights weights = new Weights();
        try (Scope scope = Scope.open()) {
            weights.put("layers.0.self_attn.q_proj.weight", rng.normal(6, 5));
            weights.put("layers.0.self_attn.q_proj.bias", rng.normal(6));
            weights.put("layers.0.mlp.up_proj.weight", rng.normal(4, 5));
        }
        return weights;
    }

    private static void disturb(Weights adapters, Rng rng) {
        try (Scope scope = Scope.open()) {
            Tensor up = adapters.get("layers.0.self_attn.q_proj" + LowRank.UP);
            up.copyInPlace(rng.normal(up.shape()));
        }
    }

    @Test
    void aFreshAdapterLeavesTheLayerAsItWas() {
        try (Rng rng = new Rng(1);
                Weights base = base(rng);
                Weights adapters = Lora.fresh(base, CONFIG, 3);
                Scope scope = Scope.open()) {
            Tensor x = rng.normal(3, 5);
            Linear plain = Linear.of(base, "layers.0.self_attn.q_proj");
            Linear adapted = Linear.of(Lora.attach(base, adapters), "layers.0.self_attn.q_proj");
            assertArrayEquals(plain.apply(x).toFloats(), adapted.apply(x).toFloats());
            assertEquals(3, adapters.names().size());
        }
    }

    @Test
    void mergingGivesTheSameOutputAsTheAdapterBesideTheLayer() {
        long before = Tensor.live();
        try (Rng rng = new Rng(1);
                Weights base = base(rng);
                Weights adapters = Lora.fresh(base, CONFIG, 3);
                Scope scope = Scope.open()) {
            disturb(adapters, rng);
            Tensor x = rng.normal(3, 5);
            float[] plain =
                    Linear.of(base, "layers.0.self_attn.q_proj").apply(x).toFloats();
            float[] beside = Linear.of(Lora.attach(base, adapters), "layers.0.self_attn.q_proj")
                    .apply(x)
                    .toFloats();
            Lora.merge(base, adapters);
            float[] merged =
                    Linear.of(base, "layers.0.self_attn.q_proj").apply(x).toFloats();
            assertArrayEquals(beside, merged, 1e-5f);
            assertTrue(Math.abs(plain[0] - merged[0]) > 1e-3);
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void anAdapterSurvivesItsFiles() {
        try (Rng rng = new Rng(1);
                Weights base = base(rng);
                Weights adapters = Lora.fresh(base, CONFIG, 3)) {
            disturb(adapters, rng);
            LoraFiles.write(dir, CONFIG, adapters, "models/base");
            try (Weights again = LoraFiles.read(dir)) {
                assertEquals(adapters.names(), again.names());
                for (String name : adapters.names()) {
                    assertArrayEquals(
                            adapters.get(name).toFloats(), again.get(name).toFloats());
                }
            }
        }
    }

    @Test
    void aModelCanDoWhatItsAdaptersWereTrainedFor() {
        ModelConfig plain = ModelConfigReader.read(Path.of("src/test/resources/golden/tiny-a"))
                .withTasks(Set.of(Task.GENERATE));
        List<AdapterChoice> editor = List.of(new AdapterChoice(dir, 1));
        try (Rng rng = new Rng(1);
                Weights base = base(rng);
                Weights adapters = Lora.fresh(base, CONFIG, 3)) {
            LoraFiles.write(dir, CONFIG, adapters, "models/base", Set.of(Task.GENERATE));
            assertFalse(LoraFiles.taught(plain, editor).edits());
            LoraFiles.write(dir, CONFIG, adapters, "models/base", Set.of(Task.EDIT));
            assertEquals(
                    Set.of(Task.GENERATE, Task.EDIT),
                    LoraFiles.taught(plain, editor).tasks());
            LoraFiles.write(dir, CONFIG, adapters, "models/base");
            assertEquals(Set.of(), LoraFiles.taught(plain, editor).tasks(), "nobody says");
        }
    }

    @Test
    void targetsThatMatchNothingAndForeignAdaptersAreRefused() {
        try (Rng rng = new Rng(1);
                Weights base = base(rng);
                Weights other = new Weights();
                Scope scope = Scope.open()) {
            UserException none = assertThrows(
                    UserException.class, () -> Lora.fresh(base, new LoraConfig(2, 4, List.of("nothing")), 3));
            assertTrue(none.getMessage().contains("nothing"), none.getMessage());
            other.put("layers.9.self_attn.q_proj.weight", rng.normal(6, 5));
            try (Weights foreign = Lora.fresh(other, CONFIG, 3)) {
                UserException missing = assertThrows(UserException.class, () -> Lora.merge(base, foreign));
                assertTrue(missing.getMessage().contains("layers.9"), missing.getMessage());
            }
        }
    }

    @Test
    void half_the_strength_adds_half_of_the_change() {
        try (Rng rng = new Rng(1);
                Weights base = base(rng);
                Weights adapters = Lora.fresh(base, CONFIG, 3);
                Scope scope = Scope.open()) {
            disturb(adapters, rng);
            Tensor weight = base.get("layers.0.self_attn.q_proj.weight");
            float[] half = Lora.merged(weight, "layers.0.self_attn.q_proj", adapters, 0.5)
                    .sub(weight)
                    .mul(2)
                    .toFloats();
            float[] whole = Lora.merged(weight, "layers.0.self_attn.q_proj", adapters, 1)
                    .sub(weight)
                    .toFloats();
            assertArrayEquals(whole, half, 1e-5f);
            assertTrue(Math.abs(whole[0]) > 1e-3);
        }
    }

    @Test
    void an_adapter_with_the_prefix_of_a_wrapped_model_is_read_and_a_richer_kind_refused() throws IOException {
        try (Rng rng = new Rng(1);
                Weights base = base(rng);
                Weights adapters = Lora.fresh(base, CONFIG, 3)) {
            Map<String, Tensor> wrapped = new LinkedHashMap<>();
            adapters.all().forEach((name, tensor) -> wrapped.put("model." + name, tensor));
            try (Weights renamed = Weights.view()) {
                wrapped.forEach(renamed::put);
                LoraFiles.write(dir, CONFIG, renamed, "models/base");
            }
            try (Weights again = LoraFiles.read(dir)) {
                assertEquals(adapters.names(), again.names());
            }
            Path config = dir.resolve("adapter_config.json");
            String plain = Files.readString(config);
            Files.writeString(config, plain.replaceFirst("\\{", "{\"use_dora\": true, "));
            UserException richer = assertThrows(UserException.class, () -> LoraFiles.read(dir));
            assertTrue(richer.getMessage().contains("use_dora"), richer.getMessage());
        }
    }

    @Test
    void a_choice_is_a_folder_and_a_scale() {
        assertEquals(new AdapterChoice(Path.of("runs/a/model"), 1), AdapterChoice.parse("runs/a/model"));
        assertEquals(new AdapterChoice(Path.of("runs/a"), 0.5), AdapterChoice.parse("runs/a:0.5"));
        assertEquals(new AdapterChoice(Path.of("runs/1:2/a"), 1), AdapterChoice.parse("runs/1:2/a"));
        UserException wrong = assertThrows(UserException.class, () -> AdapterChoice.parse("runs/a:half"));
        assertTrue(wrong.getMessage().contains("DIR:SCALE"), wrong.getMessage());
    }
}
