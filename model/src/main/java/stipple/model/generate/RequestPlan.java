package stipple.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stipple.model.config.ModelConfig;
import stipple.model.flow.Guidance;
import stipple.model.flow.GuidanceScales;
import stipple.model.flow.Sampler;
import stipple.model.flow.SolverProgram;
import stipple.model.image.TokenGrid;
import stipple.model.text.PromptRow;
import stipple.model.text.PromptRows;
import stipple.model.text.PromptTokenizer;
import stipple.model.text.SpecialText;

/**
 * A request checked and spelled out: the rows to be read and how each token is to be drawn. It holds no tensors, so it can
 * be made on any thread and wait as long as it has to.
 */
final class RequestPlan {
    private final GenerationRequest request;
    private final TokenGrid grid;
    private final List<Branch> branches;
    private final int kept;
    private final Guidance guidance;
    private final Sampler sampler;
    private final Map<Integer, SolverProgram> programs = new HashMap<>();

    /**
     * One guidance branch.
     *
     * @param row its ids, those of kept tokens included
     * @param readsInput whether its first placeholders stand for the picture to edit
     */
    record Branch(PromptRow row, boolean readsInput) {}

    private RequestPlan(GenerationRequest request, TokenGrid grid, List<Branch> branches, int kept) {
        this.request = request;
        this.grid = grid;
        this.branches = branches;
        this.kept = kept;
        this.guidance = new Guidance(request.cfg(), request.cfgImage());
        this.sampler = Samplers.of(
                request.sampler(), request.noiseLevel(), request.shortcuts().solver());
    }

    /**
     * Plans a request.
     *
     * @throws stipple.torch.UserException if the prompt, the size or the rows to keep do not suit the model
     */
    static RequestPlan of(ModelConfig config, PromptTokenizer tokenizer, GenerationRequest request) {
        SupportedSizes.of(config).require(request.size());
        int pixels = config.latent().pixelsPerToken();
        TokenGrid grid = request.size().grid(pixels);
        int kept = 0;
        if (request.start() != null) {
            request.start().require(grid.rows(), pixels);
            kept = request.start().rows() * grid.columns();
        }
        List<Branch> branches = new ArrayList<>();
        for (Branch branch : branches(new PromptRows(tokenizer, config), request, grid)) {
            int[] ids = branch.row().ids();
            int[] whole = Arrays.copyOf(ids, ids.length + kept);
            Arrays.fill(whole, ids.length, whole.length, config.tokens().imagePlaceholder());
            branches.add(new Branch(new PromptRow(whole), branch.readsInput()));
        }
        return new RequestPlan(request, grid, List.copyOf(branches), kept);
    }

    private static List<Branch> branches(PromptRows rows, GenerationRequest request, TokenGrid grid) {
        int count = new Guidance(request.cfg(), request.cfgImage()).branches();
        List<Branch> branches = new ArrayList<>();
        if (request.input() == null) {
            branches.add(new Branch(rows.textToImage(request.prompt(), request.positive(), grid), false));
        } else {
            PromptRow instruction = rows.edit(tagged(request.prompt()), request.positive(), List.of(grid), grid);
            branches.add(new Branch(instruction, true));
        }
        if (count > 2) {
            branches.add(new Branch(rows.imageAndNegative(grid, request.negative(), grid), true));
        }
        if (count > 1) {
            branches.add(new Branch(rows.unconditional(request.negative(), grid), false));
        }
        return branches;
    }

    /** An instruction that does not say where its picture goes gets it in front, as the reference's users write it. */
    private static String tagged(String instruction) {
        return instruction.contains(SpecialText.IMAGE_TAG) ? instruction : SpecialText.IMAGE_TAG + instruction;
    }

    GenerationRequest request() {
        return request;
    }

    TokenGrid grid() {
        return grid;
    }

    List<Branch> branches() {
        return branches;
    }

    /** Tokens of every picture that are given rather than drawn. */
    int kept() {
        return kept;
    }

    /** Tokens to draw of every picture. */
    int tokens() {
        return grid.count() - kept;
    }

    /** The longest row in tokens. */
    int promptTokens() {
        return branches.stream().mapToInt(branch -> branch.row().length()).max().orElseThrow();
    }

    /** How a token of a picture is sampled, counted from the picture's first. */
    SolverProgram program(int token) {
        Shortcuts shortcuts = request.shortcuts();
        int steps = shortcuts.stepsAt(request.steps(), token, grid.count());
        return programs.computeIfAbsent(
                steps,
                n -> sampler.program(n, request.shift())
                        .reusing(shortcuts.reuse())
                        .within(shortcuts.reuseTolerance()));
    }

    /** The scales for a token of a picture. */
    Guidance guidance(int token) {
        return new Guidance(
                GuidanceScales.at(request.cfgSchedule(), guidance.text(), token, grid.count()),
                GuidanceScales.at(request.cfgSchedule(), guidance.image(), token, grid.count()));
    }
}
