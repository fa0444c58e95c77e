package stipple.model.think;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import stipple.model.NextStepModel;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.pacore.Conclusions;
import stipple.model.pacore.Effort;
import stipple.model.text.PromptTokenizer;
import stipple.model.text.SpecialText;
import stipple.torch.UserException;

/**
 * Lets a model write a plan, or spell the prompt out, before it draws (NextStep-1, section on Self-CoT). What it wrote becomes
 * part of the prompt, so a picture is drawn again from its prompt alone.
 *
 * <pre>{@code
 * Thinker thinker = new Thinker(checkpoint, ThinkMode.PLAN, TextSettings.DEFAULT);
 * Thought plan = thinker.think("a red star", 1, 7).getFirst();
 * String prompt = ThinkMode.PLAN.prompt("a red star", plan.text());
 * }</pre>
 */
public final class Thinker {
    private static final Pattern NO_TEXT = Pattern.compile("[\\p{Cntrl}\\x{fffd}]+");

    private final PromptTokenizer tokenizer;
    private final ThinkMode mode;
    private final TextSettings settings;
    private final TextSampler sampler;
    private final int end;

    /**
     * Over a checkpoint, which it does not close.
     *
     * @throws UserException if its tokenizer lacks the marks
     */
    public Thinker(NextStepCheckpoint checkpoint, ThinkMode mode, TextSettings settings) {
        this(checkpoint.model(), checkpoint.tokenizer(), mode, settings);
    }

    /** The same over the parts of one. */
    public Thinker(NextStepModel model, PromptTokenizer tokenizer, ThinkMode mode, TextSettings settings) {
        this.tokenizer = tokenizer;
        this.mode = mode;
        this.settings = settings;
        Map<String, Integer> added = tokenizer.added();
        for (String mark : List.of(mode.begin(), mode.end())) {
            if (!added.containsKey(mark)) {
                throw new UserException("This model cannot think before it draws: its tokenizer has no " + mark);
            }
        }
        this.end = tokenizer.id(mode.end());
        boolean[] allowed =
                new boolean[Math.toIntExact(model.config().backbone().vocab())];
        Arrays.fill(allowed, 0, Math.min(allowed.length, tokenizer.size()), true);
        // Marks of pictures and of other thoughts would be read as what they are not.
        SpecialText.ADDED.stream().filter(added::containsKey).forEach(mark -> allowed[added.get(mark)] = false);
        if (added.containsKey(SpecialText.END_OF_TEXT)) {
            allowed[added.get(SpecialText.END_OF_TEXT)] = false;
        }
        allowed[end] = true;
        this.sampler = new TextSampler(model, settings, end, allowed);
    }

    /**
     * Writes several times independently.
     *
     * @param count how often
     * @param seed of the first; text i has {@code seed + i}
     */
    public List<Thought> think(String prompt, int count, long seed) {
        return think(prompt, List.of(), count, seed);
    }

    /**
     * The same with what others wrote in view, each between marks of its own.
     *
     * @param references what others wrote
     */
    public List<Thought> think(String prompt, List<String> references, int count, long seed) {
        String others = references.stream()
                .map(text -> mode.begin() + text + mode.end())
                .collect(Collectors.joining());
        int[] ids = IntStream.concat(
                        tokenizer.bos().stream(), Arrays.stream(tokenizer.encode(prompt + others + mode.begin())))
                .toArray();
        long[] seeds = IntStream.range(0, count).mapToLong(i -> seed + i).toArray();
        return sampler.write(ids, seeds).stream().map(this::thought).toList();
    }

    private Thought thought(int[] ids) {
        boolean complete = ids.length > 0 && ids[ids.length - 1] == end;
        int[] text = complete ? Arrays.copyOf(ids, ids.length - 1) : ids;
        // Bytes that are no text would reach pictures' metadata and, read again, become other tokens.
        String clean = NO_TEXT.matcher(tokenizer.decode(text)).replaceAll(" ").strip();
        return new Thought(clean, ids.length, complete);
    }

    /**
     * What a coordinated effort came to.
     *
     * @param thought the last one
     * @param rounds those of each round before it, in the order in which the next round saw them
     * @param tokens written by all
     */
    public record Coordinated(Thought thought, List<List<String>> rounds, int tokens) {}

    /** A single thought in the form of a coordinated one; it may be incomplete. */
    public Coordinated once(String prompt, long seed) {
        Thought thought = think(prompt, 1, seed).getFirst();
        return new Coordinated(thought, List.of(), thought.tokens());
    }

    /**
     * Writes in rounds (PaCoRe, arXiv 2601.05593): each round writes several times with the conclusions of the round before
     * in view, and a last one once.
     *
     * @throws UserException if nothing of a round was brought to an end
     */
    public Coordinated coordinate(String prompt, Effort effort, long seed) {
        List<List<String>> rounds = new ArrayList<>();
        List<String> references = List.of();
        List<Integer> counts = effort.all();
        Thought last = null;
        int tokens = 0;
        long next = seed;
        for (int count : counts) {
            List<Thought> thoughts = think(prompt, references, count, next);
            next += count;
            tokens += thoughts.stream().mapToInt(Thought::tokens).sum();
            references = Conclusions.ordered(thoughts.stream()
                    .filter(Thought::complete)
                    .map(Thought::text)
                    .toList());
            if (references.isEmpty()) {
                throw unfinished();
            }
            rounds.add(references);
            last = thoughts.getFirst();
        }
        rounds.removeLast();
        return new Coordinated(last, List.copyOf(rounds), tokens);
    }

    /** Why a model that does not come to an end is of no use. */
    public UserException unfinished() {
        return new UserException("The model did not end its " + mode.id() + " within " + settings.maxTokens()
                + " tokens; it has hardly been trained to think, so draw without, or allow more tokens");
    }
}
