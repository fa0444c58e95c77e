package stipple.cli;

import picocli.CommandLine.Option;
import stipple.model.generate.GenerationRequest;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.pacore.Effort;
import stipple.model.think.TextSettings;
import stipple.model.think.ThinkMode;
import stipple.model.think.Thinker;
import stipple.model.think.Thought;
import stipple.torch.UserException;

/** Options that let the model think before it draws. */
final class ThinkOptions {
    /** Estimate for the memory that thinking may take, as characters of a prompt. */
    private static final int CHARACTERS_PER_TOKEN = 4;

    @Option(names = "--think", description = "let the model write a plan first, show it, and draw with it in view")
    private boolean think;

    @Option(
            names = "--think-mode",
            paramLabel = "NAME",
            description = "with --think: plan, or refine to spell the prompt out (default: plan)")
    private String mode;

    @Option(
            names = "--think-effort",
            paramLabel = "NAME",
            description =
                    "with --think: weigh several plans in rounds before the last: low (4), medium (16), high (32,4), or 8,2")
    private String effort;

    @Option(
            names = "--think-tokens",
            paramLabel = "N",
            description = "with --think: most tokens of a plan (default: 256)")
    private Integer tokens;

    @Option(
            names = "--think-temperature",
            paramLabel = "X",
            description = "with --think: 0 takes the likeliest words (default: 1)")
    private Double temperature;

    /**
     * Checks what can be checked without a model.
     *
     * @throws UserException if something does not go together
     */
    void check(GenerationRequest request) {
        if (!think) {
            if (mode != null || effort != null || tokens != null || temperature != null) {
                throw new UserException(
                        "--think-mode, --think-effort, --think-tokens and --think-temperature say how to"
                                + " think; add --think");
            }
            return;
        }
        settings();
        if (mode().marks(request.prompt())) {
            throw new UserException("This prompt holds a plan already; leave --think out to draw with it, or give the"
                    + " prompt without it");
        }
        if (effort != null) {
            Effort.of(effort);
        }
    }

    private ThinkMode mode() {
        return mode == null ? ThinkMode.PLAN : ThinkMode.of(mode);
    }

    private TextSettings settings() {
        return new TextSettings(
                temperature == null ? TextSettings.DEFAULT.temperature() : temperature,
                TextSettings.DEFAULT.topP(),
                tokens == null ? TextSettings.DEFAULT.maxTokens() : tokens);
    }

    /** By how many characters a prompt may grow. */
    int characters() {
        return think ? CHARACTERS_PER_TOKEN * settings().maxTokens() : 0;
    }

    /**
     * Lets the model think, if it shall, and tells about it.
     *
     * @return the request with what was written in its prompt
     */
    GenerationRequest apply(NextStepCheckpoint checkpoint, GenerationRequest request, DrawReporter reporter) {
        if (!think) {
            return request;
        }
        Thinker thinker = new Thinker(checkpoint, mode(), settings());
        Thinker.Coordinated result = effort == null
                ? thinker.once(request.prompt(), request.seed())
                : thinker.coordinate(request.prompt(), Effort.of(effort), request.seed());
        Thought thought = result.thought();
        if (!thought.complete()) {
            throw thinker.unfinished();
        }
        reporter.thought(mode().id(), result);
        return request.withPrompt(mode().prompt(request.prompt(), thought.text()));
    }
}
