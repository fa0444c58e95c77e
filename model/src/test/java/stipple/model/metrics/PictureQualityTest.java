package stipple.model.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

class PictureQualityTest {
    @Test
    void aUniformErrorOfATenthHasThePsnrOfItsSquare() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.zeros(DType.F32, 1, 3, 16, 16);
            // 10 log10(4 / 0.01) with a range of 2.
            assertEquals(26.0206, PictureQuality.psnr(a, a.add(0.1)), 1e-3);
        }
    }

    @Test
    void ssimIsOneForEqualPicturesAndFollowsItsFormulaForUniformOnes() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            Tensor a = rng.uniform(-1, 1, 2, 3, 24, 20);
            assertEquals(1, PictureQuality.ssim(a, a), 1e-6);
            Tensor grey = Tensors.full(0.5, DType.F32, 1, 3, 16, 16);
            Tensor dark = Tensors.full(0.1, DType.F32, 1, 3, 16, 16);
            double c1 = 4e-4;
            assertEquals((2 * 0.5 * 0.1 + c1) / (0.25 + 0.01 + c1), PictureQuality.ssim(grey, dark), 1e-3);
        }
    }

    @Test
    void noiseLowersBoth() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            Tensor a = rng.uniform(-1, 1, 1, 3, 32, 32);
            Tensor little = a.add(rng.normal(1, 3, 32, 32).mul(0.02));
            Tensor much = a.add(rng.normal(1, 3, 32, 32).mul(0.2));
            assertTrue(PictureQuality.psnr(a, little) > PictureQuality.psnr(a, much) + 10);
            assertTrue(PictureQuality.ssim(a, little) > PictureQuality.ssim(a, much));
        }
    }
}
