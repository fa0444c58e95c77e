package stipple.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.build.Workers;
import stipple.data.composition.NearMisses;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.pixels.PngEncoder;
import stipple.torch.UserException;
import stipple.train.dpo.PairFolder;
import stipple.train.dpo.PreferencePair;

/** {@code stipple data build near-misses}. */
@Command(
        name = "near-misses",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Draws preference pairs of compositions by rule, for the objective dpo.",
            "The winner is a scene that fits the prompt, the loser the same scene with one change that the prompt does not"
                    + " allow: another colour, shape, number, place or ground.",
            "Or one scene is compared under its own prompt and that of the other, so that nothing in the picture tells the"
                    + " winner; both pictures and both prompts give up to four pairs."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build near-misses --out build/near-misses --count 2000",
            "  stipple train recipes/stipple-128/preferences-1-near-misses.yaml"
        })
final class NearMissesCommand implements Callable<Integer> {
    @Mixin
    private PairsOutput output;

    @Option(names = "--count", paramLabel = "N", description = "near misses (default: ${DEFAULT-VALUE})")
    private int count = 2000;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "another seed draws other pairs (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--compare",
            paramLabel = "WHAT",
            description = "pictures of a prompt, prompts of a picture, or both (default: pictures)")
    private Compare compare = Compare.PICTURES;

    @Mixin
    private DrawingOptions drawing;

    /** What the two sides of a pair differ in. */
    enum Compare {
        /** Two pictures of one prompt. */
        PICTURES,
        /** One picture under two prompts. */
        PROMPTS,
        /** All four pairs of two pictures and their prompts. */
        BOTH
    }

    /** Pairs and the two pictures that they are made of. */
    private record Drawn(List<PreferencePair> pairs, String right, byte[] rightPng, String wrong, byte[] wrongPng) {}

    @Override
    public Integer call() {
        if (count < 1) {
            throw new UserException("--count must be at least 1, got " + count);
        }
        NearMisses misses = new NearMisses(seed);
        List<PreferencePair> pairs = new ArrayList<>();
        Workers.inOrder(
                LongStream.range(0, count).iterator(), drawing.threads, i -> drawn(misses.train(i), i), drawn -> {
                    write(drawn.right(), drawn.rightPng());
                    write(drawn.wrong(), drawn.wrongPng());
                    pairs.addAll(drawn.pairs());
                });
        PairFolder.write(output.out, pairs);
        output.done(pairs.size());
        return 0;
    }

    private Drawn drawn(NearMisses.NearMiss miss, long i) {
        String right = i + "-right.png";
        String wrong = i + "-wrong.png";
        List<PreferencePair> pairs = new ArrayList<>();
        if (compare != Compare.PROMPTS) {
            pairs.add(new PreferencePair(miss.prompt(), right, wrong));
        }
        miss.other().ifPresent(other -> {
            if (compare == Compare.BOTH) {
                pairs.add(new PreferencePair(other, wrong, right));
            }
            if (compare != Compare.PICTURES) {
                pairs.add(new PreferencePair(miss.prompt(), right, right, other));
                pairs.add(new PreferencePair(other, wrong, wrong, miss.prompt()));
            }
        });
        return new Drawn(pairs, right, png(miss.right()), wrong, png(miss.wrong()));
    }

    private byte[] png(Scene scene) {
        return PngEncoder.encode(Renderer.draw(scene, drawing.size));
    }

    private void write(String name, byte[] content) {
        try {
            Files.createDirectories(output.out);
            Files.write(output.out.resolve(name), content);
        } catch (IOException e) {
            throw new UserException("Cannot write " + output.out.resolve(name) + ": " + e.getMessage(), e);
        }
    }
}
