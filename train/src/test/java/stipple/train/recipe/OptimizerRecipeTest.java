package stipple.train.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OptimizerRecipeTest {
    private static OptimizerRecipe recipe(String schedule, long warmup, double rest) {
        return new OptimizerRecipe(2, schedule, rest, warmup, 0.9, 0.95, 1e-8, 0.1, 1);
    }

    @Test
    void theRateRisesLinearlyAndReachesTheTopAtTheEndOfTheWarmUp() {
        OptimizerRecipe recipe = recipe("constant", 4, 0);
        assertEquals(0.5, recipe.rate(0, 100));
        assertEquals(1.0, recipe.rate(1, 100));
        assertEquals(2.0, recipe.rate(3, 100));
        assertEquals(2.0, recipe.rate(4, 100));
        assertEquals(2.0, recipe.rate(99, 100));
    }

    @Test
    void aCosineGoesFromTheTopThroughTheMiddleToWhatIsLeft() {
        OptimizerRecipe recipe = recipe("cosine", 10, 0.1);
        assertEquals(2.0, recipe.rate(10, 110), 1e-12);
        assertEquals(2 * (0.9 * 0.5 + 0.1), recipe.rate(60, 110), 1e-12);
        assertEquals(0.2, recipe.rate(110, 110), 1e-12);
        assertEquals(0.2, recipe.rate(500, 110), 1e-12, "it does not rise again");
    }

    @Test
    void withoutWarmUpTheFirstStepHasTheWholeRate() {
        assertEquals(2.0, recipe("cosine", 0, 0).rate(0, 10), 1e-12);
    }

    @Test
    void aWarmUpAsLongAsTheRunIsNoDivisionByZero() {
        assertEquals(2.0, recipe("cosine", 10, 0.5).rate(10, 10), 1e-12);
        assertEquals(2.0, recipe("cosine", 10, 0.5).rate(9, 10), 1e-12);
    }
}
