package stipple.cli;

import stipple.model.generate.GenerationRequest;
import stipple.model.generate.Provenance;

/**
 * What is about to be drawn.
 *
 * @param model name of the model's folder
 * @param machine where and in which type
 * @param engine what runs the token loop, such as {@code native}
 * @param request what was asked for
 * @param randomSeed whether nobody chose the seed
 */
record DrawStart(
        String model, Provenance.Machine machine, String engine, GenerationRequest request, boolean randomSeed) {}
