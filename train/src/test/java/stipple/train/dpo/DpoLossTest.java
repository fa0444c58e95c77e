package stipple.train.dpo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

class DpoLossTest {
    @Test
    void the_loss_is_the_formula_computed_by_hand() {
        try (Scope scope = Scope.open()) {
            DpoLoss.Value value = DpoLoss.of(
                    Tensors.of(new float[] {0.5f, 1.0f}, 2),
                    Tensors.of(new float[] {0.9f, 0.4f}, 2),
                    Tensors.of(new float[] {0.6f, 0.8f}, 2),
                    Tensors.of(new float[] {0.7f, 0.5f}, 2),
                    10);
            // -10/2 * ((0.5 - 0.6) - (0.9 - 0.7)) = 1.5 and -10/2 * ((1.0 - 0.8) - (0.4 - 0.5)) = -1.5
            float[] margins = value.margins().toFloats();
            assertEquals(1.5, margins[0], 1e-6);
            assertEquals(-1.5, margins[1], 1e-6);
            double byHand = (Math.log1p(Math.exp(-1.5)) + Math.log1p(Math.exp(1.5))) / 2;
            assertEquals(byHand, value.loss().item(), 1e-6);
        }
    }

    @Test
    void at_the_reference_the_loss_is_ln_2_and_pushes_the_winner_down_and_the_loser_up() {
        try (Scope scope = Scope.open()) {
            Tensor winner = Tensors.of(new float[] {0.5f}, 1);
            Tensor loser = Tensors.of(new float[] {0.5f}, 1);
            Autograd.track(winner);
            Autograd.track(loser);
            Tensor reference = Tensors.of(new float[] {0.5f}, 1);
            DpoLoss.Value value = DpoLoss.of(winner, loser, reference, reference, 4);
            assertEquals(Math.log(2), value.loss().item(), 1e-6);
            Autograd.backward(value.loss());
            // d/dw -log sigmoid(-2 (w - l)) at 0 = 2 * 0.5
            assertEquals(1, Autograd.gradient(winner).item(), 1e-6);
            assertEquals(-1, Autograd.gradient(loser).item(), 1e-6);
        }
    }

    @Test
    void huge_margins_do_not_overflow() {
        try (Scope scope = Scope.open()) {
            Tensor zero = Tensors.of(new float[] {0f}, 1);
            Tensor bad = Tensors.of(new float[] {10f}, 1);
            double loss = DpoLoss.of(bad, zero, zero, zero, 1e4).loss().item();
            assertEquals(5e4, loss, 1);
            assertTrue(DpoLoss.of(zero, bad, zero, zero, 1e4).loss().item() < 1e-6);
        }
    }
}
