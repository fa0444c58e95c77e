package stipple.cli;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import stipple.model.config.ModelConfig;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.InputReference;
import stipple.model.generate.Previews;
import stipple.model.generate.RequestBuilder;
import stipple.model.generate.StoredSettings;
import stipple.model.generate.SupportedSizes;
import stipple.model.generate.UnusedSettings;
import stipple.torch.UserException;

/**
 * A complete request. What is given on the command line comes first, then the settings of a picture to draw again, then
 * what the model recommends.
 *
 * @param request what the engine gets
 * @param input the file that is edited, or null
 * @param start the file that is continued, or null
 * @param randomSeed whether nobody chose the seed
 */
record DrawPlan(GenerationRequest request, InputReference input, InputReference start, boolean randomSeed) {
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
        RequestBuilder builder = GenerationRequest.with(config.generation());
        redraw.ifPresent(again -> again.stored().applyTo(builder));
        boolean randomSeed = redraw.isEmpty() && options.seed == null;
        if (randomSeed) {
            builder.seed(ThreadLocalRandom.current().nextLong(RANDOM_SEEDS));
        }
        InputPicture start = picture(
                options.continueFrom, redraw, StoredSettings::start, "stipple generate --continue-from PICTURE", warn);
        if (start != null) {
            builder.continueFrom(start.image());
            if (redraw.isEmpty()) {
                builder.size(SupportedSizes.of(config).nearest(start.image().size()));
            }
        } else if (options.rows != null) {
            throw new UserException("--rows says how much to keep of a picture; name one by --continue-from");
        }
        if (options.continueFrom != null
                && options.rows == null
                && start(redraw).isEmpty()) {
            throw new UserException("--continue-from needs --rows, the rows of tokens to keep; a row is "
                    + config.latent().pixelsPerToken() + " pixels high");
        }
        InputPicture input = picture(order.input(), redraw, StoredSettings::input, "stipple edit PICTURE", warn);
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
        GenerationRequest request =
                builder.previews(previews ? Previews.EVERY_ROW : Previews.NONE).build();
        UnusedSettings.refuse(given, request);
        SupportedSizes.of(config).require(request.size());
        if (request.start() != null) {
            int pixels = config.latent().pixelsPerToken();
            request.start().require(request.size().grid(pixels).rows(), pixels);
        }
        return new DrawPlan(
                request,
                input == null ? null : input.reference(),
                start == null ? null : start.reference(),
                randomSeed);
    }

    private static Optional<InputReference> start(Optional<Redraw> redraw) {
        return redraw.flatMap(again -> again.stored().start());
    }

    /** A picture that was given, else the one that the picture to draw again was made from, else null. */
    private static InputPicture picture(
            Path given,
            Optional<Redraw> redraw,
            Function<StoredSettings, Optional<InputReference>> recorded,
            String remedy,
            Consumer<String> warn) {
        Optional<InputReference> wanted = redraw.flatMap(again -> recorded.apply(again.stored()));
        if (given == null) {
            return wanted.map(
                            reference -> InputPicture.find(redraw.orElseThrow().file(), reference, remedy))
                    .orElse(null);
        }
        InputPicture picture = InputPicture.read(given);
        if (wanted.isPresent()
                && !wanted.get().sha256().equals(picture.reference().sha256())) {
            warn.accept(given + " is not the picture that "
                    + redraw.orElseThrow().file() + " was made from, so the result differs");
        }
        return picture;
    }

    private static void prompt(
            DrawOrder order, RequestOptions options, Optional<Redraw> redraw, RequestBuilder builder) {
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
