package stipple.model.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
            LoraFiles.write(dir, CONFIG, adapters);
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
}
