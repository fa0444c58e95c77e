package stipple.cli;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import stipple.model.config.ModelConfig;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.InputReference;
import stipple.model.generate.SupportedSizes;
import stipple.model.generate.UnusedSettings;
import stipple.torch.UserException;

/**
 * A complete request. What is given on the command line comes first, then the settings of a picture to draw again, then
 * what the model recommends.
 *
 * @param request what the engine gets
 * @param input the file that is edited, or null
 * @param randomSeed whether nobody chose the seed
 */
record DrawPlan(GenerationRequest request, InputReference input, boolean randomSeed) {
    /** Seeds that are drawn have at most ten digits, so that people can copy them. */
    private static final long RANDOM_SEEDS = 1L << 32;

    /**
     * Puts a request together.
     *
     * @param warn is told what makes the picture differ from the one to draw again
     * @throws UserException if something is missing, pointless or not supported
     */
    static DrawPlan of(
            ModelConfig config,
            DrawOrder order,
            RequestOptions options,
            boolean previews,
            Optional<Redraw> redraw,
            Consumer<String> warn) {
        GenerationRequest.Builder builder = GenerationRequest.with(config.generation());
        redraw.ifPresent(again -> again.stored().applyTo(builder));
        boolean randomSeed = redraw.isEmpty() && options.seed == null;
        if (randomSeed) {
            builder.seed(ThreadLocalRandom.current().nextLong(RANDOM_SEEDS));
        }
        InputPicture input = input(order, redraw, warn);
        if (input != null) {
            builder.input(input.image());
            if (redraw.isEmpty()) {
                builder.cfgImage(config.generation().cfgImage());
                builder.size(SupportedSizes.of(config).nearest(input.image().size()));
            }
        }
        Set<String> given = new HashSet<>(options.applyTo(builder));
        if (order.cfgImage() != null) {
            builder.cfgImage(order.cfgImage());
        }
        prompt(order, options, redraw, builder);
        GenerationRequest request = builder.previews(previews).build();
        UnusedSettings.refuse(given, request);
        SupportedSizes.of(config).require(request.size());
        return new DrawPlan(request, input == null ? null : input.reference(), randomSeed);
    }

    private static InputPicture input(DrawOrder order, Optional<Redraw> redraw, Consumer<String> warn) {
        Optional<InputReference> wanted = redraw.flatMap(again -> again.stored().input());
        if (order.input() == null) {
            return wanted.map(
                            reference -> InputPicture.find(redraw.orElseThrow().file(), reference))
                    .orElse(null);
        }
        InputPicture input = InputPicture.read(order.input());
        if (wanted.isPresent()
                && !wanted.get().sha256().equals(input.reference().sha256())) {
            warn.accept(order.input() + " is not the picture that "
                    + redraw.orElseThrow().file() + " was made from, so the result differs");
        }
        return input;
    }

    private static void prompt(
            DrawOrder order, RequestOptions options, Optional<Redraw> redraw, GenerationRequest.Builder builder) {
        String what = order.edit() ? "instruction" : "prompt";
        if (order.prompt() != null && options.prompt != null) {
            throw new UserException("The " + what + " is given twice, as an argument and by --prompt; leave one out");
        }
        if (order.prompt() != null) {
            builder.prompt(order.prompt());
        } else if (options.prompt == null && redraw.isEmpty()) {
            throw new UserException("There is no " + what + "; for example: stipple "
                    + (order.edit() ? "edit in.png \"make it blue\"" : "generate \"a red apple\""));
        }
    }
}
