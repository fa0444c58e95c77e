package stipple.eval.bench;

import stipple.model.generate.Generation;
import stipple.model.generate.GenerationEngine;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;
import stipple.model.image.ImageSize;
import stipple.model.load.NextStepCheckpoint;

/** Draws whole pictures as a user would, guidance included. */
final class PictureBench {
    private static final double CFG = 7.5;
    private static final String PROMPT = "a red apple";

    private PictureBench() {}

    static PictureResult draw(NextStepCheckpoint checkpoint, String engineName, ImageSize size, int flowSteps) {
        GenerationEngine engine = new GenerationEngine(checkpoint);
        GenerationRequest request = GenerationRequest.with(engine.config().generation())
                .prompt(PROMPT)
                .size(size)
                .steps(flowSteps)
                .cfg(CFG)
                .seed(1)
                .build();
        long start = System.nanoTime();
        double first = 0;
        int tokens = 0;
        try (Generation generation = engine.generate(request)) {
            while (generation.hasNext()) {
                switch (generation.next()) {
                    case GenerationEvent.RowDrawn row when row.row() == 1 -> first = (System.nanoTime() - start) / 1e9;
                    case GenerationEvent.PromptReady ready -> tokens = ready.imageTokens();
                    default -> {}
                }
            }
        }
        return new PictureResult(
                engineName,
                1,
                size.width(),
                size.height(),
                tokens,
                flowSteps,
                first,
                (System.nanoTime() - start) / 1e9);
    }
}
