package stipple.train.recipe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import stipple.torch.UserException;

/**
 * What to train on. Without a mixture, the pairs of {@code families}, one in a row, all pictures squares of one size; with
 * one, rows of {@code pack} tokens from any number of data sets.
 *
 * @param shards folder of a built data set; with a mixture only measured on, and may be left out
 * @param families shard families to train on; with a mixture they are not read and may be left out
 * @param holdout shard family that measurements use; with a mixture it may be left out
 * @param size side in pixels to which pictures are brought
 * @param styles styles to take, all when empty
 * @param skinTones whether pairs that show a skin tone are taken; of edits, all are
 * @param mixture the data sets of a mixture; left out, {@code families} are trained on
 * @param pack with a mixture, tokens in a row; whole samples are packed into it
 * @param separate with a mixture, whether the samples of a row do not see each other and each begins at position 0, as when
 *     drawing; left out, they are one sequence as in the reference
 * @param bases with a mixture, sides of the squares around which pictures are bucketed; left out, {@code size} alone
 * @param stages with a mixture, resolutions that change during the run, instead of {@code bases}
 * @param order with a mixture, {@code shuffled} over all samples (left out) or {@code shards}: the reference's order,
 *     which stays within a shard for a while
 * @param prefetch with a mixture, batches that are prepared ahead in the background; left out, 2
 * @param crop side in pixels of the squares that are cut out of the pictures at random to train the image tokenizer;
 *     left out, whole pictures
 * @param also further built data sets whose {@code families} the image tokenizer learns too, so that it meets every kind of
 *     picture that a model will draw; it is measured on {@code shards} alone
 * @param latents folder in which image tokens are kept, so that later runs with the same image tokenizer need not encode
 *     the same pictures again; left out, every run encodes
 */
public record DataRecipe(
        String shards,
        List<String> families,
        String holdout,
        int size,
        List<String> styles,
        boolean skinTones,
        List<MixturePart> mixture,
        Integer pack,
        Boolean separate,
        List<Integer> bases,
        List<StageRecipe> stages,
        String order,
        Integer prefetch,
        Integer crop,
        List<String> also,
        String latents) {
    private static final int PREFETCH = 2;
    private static final String SHUFFLED = "shuffled";

    /** Checks presence and ranges. */
    public DataRecipe {
        Checks.positive("data.size", size);
        styles = styles == null ? List.of() : List.copyOf(styles);
        mixture = mixture == null ? List.of() : List.copyOf(mixture);
        Set<String> names = new HashSet<>();
        mixture.forEach(part -> {
            if (!names.add(part.name())) {
                throw new UserException("Recipe: two parts of data.mixture are called '" + part.name() + "'");
            }
        });
        families = families == null ? List.of() : List.copyOf(families);
        bases = bases == null ? List.of() : List.copyOf(bases);
        stages = stages == null ? List.of() : List.copyOf(stages);
        also = also == null ? List.of() : List.copyOf(also);
        order = order == null ? SHUFFLED : order;
        prefetch = prefetch == null ? PREFETCH : prefetch;
        Checks.positive("data.prefetch", prefetch);
        if (crop != null) {
            Checks.positive("data.crop", crop);
            if (crop > size) {
                throw new UserException("Recipe: data.crop (" + crop + ") must not be larger than data.size (" + size
                        + "), from which it is cut");
            }
        }
        if (!order.equals(SHUFFLED) && !order.equals("shards")) {
            throw new UserException("Recipe: unknown data.order '" + order + "'; use shuffled or shards");
        }
        if (!also.isEmpty() && !mixture.isEmpty()) {
            throw new UserException("Recipe: data.also adds to data.shards; with a data.mixture, add a part to it");
        }
        if (mixture.isEmpty()) {
            if (pack != null || Boolean.TRUE.equals(separate) || !bases.isEmpty() || !stages.isEmpty()) {
                throw new UserException(
                        "Recipe: data.pack, data.separate, data.bases and data.stages belong to a data.mixture");
            }
        } else {
            Checks.present("data.pack", pack);
            Checks.positive("data.pack", pack);
            if ((shards == null) != (holdout == null)) {
                throw new UserException(
                        "Recipe: with a data.mixture, data.shards and data.holdout together name a set to"
                                + " measure on; data." + (shards == null ? "shards" : "holdout") + " is missing");
            }
            if (shards == null && mixture.stream().allMatch(part -> part.holdout() == null)) {
                throw new UserException("Recipe: nothing to measure the run on; give a part of the data.mixture a"
                        + " 'holdout' family, or name a set of pairs by data.shards and data.holdout");
            }
            if (!styles.isEmpty()) {
                throw new UserException("Recipe: data.styles chooses among data.families; with a data.mixture, build a"
                        + " data set of those styles");
            }
            if (!bases.isEmpty() && !stages.isEmpty()) {
                throw new UserException("Recipe: give data.bases or data.stages, not both");
            }
        }
        separate = separate != null && separate;
        for (int i = 1; i < stages.size(); i++) {
            if (stages.get(i).until() <= stages.get(i - 1).until()) {
                throw new UserException("Recipe: data.stages must end one after the other, but stage " + (i + 1)
                        + " ends at " + stages.get(i).until());
            }
        }
    }

    /** Refuses keys that an objective would not read. */
    void refuseUnread(String objective) {
        if (mixture.isEmpty() && (!order.equals(SHUFFLED) || prefetch != PREFETCH)) {
            throw new UserException("Recipe: data.order and data.prefetch belong to a data.mixture; pairs are always"
                    + " shuffled, and in memory");
        }
        boolean post = objective.equals("dpo") || objective.equals("grpo");
        boolean encoded = objective.equals("nextstep") || (post && (shards != null || !mixture.isEmpty()));
        if (latents != null && !encoded) {
            throw new UserException("Recipe: data.latents keeps image tokens of data sets that a model learns or is"
                    + " measured on; this run of " + objective + " encodes none of any");
        }
    }

    /** The folders whose {@code families} are trained on, without a mixture. */
    public List<String> folders() {
        return Stream.concat(Stream.of(shards), also.stream()).toList();
    }

    /** Checks that there is something to read; runs that read no data set need nothing but a size. */
    void requireSets() {
        if (mixture.isEmpty()) {
            Checks.present("data.shards", shards);
            Checks.present("data.holdout", holdout);
            Checks.present("data.families", families.isEmpty() ? null : families);
        }
    }

    /** Checks that post-training trains on no data but a mixture to replay, and names at most a set to measure on. */
    void requirePost(String objective, boolean replayed) {
        if (replayed && mixture.isEmpty()) {
            throw new UserException("Recipe: replay takes rows of a data.mixture, and there is none");
        }
        if (!families.isEmpty() || (!mixture.isEmpty() && !replayed)) {
            throw new UserException("Recipe: " + objective + " does not train on data.families, and on a data.mixture"
                    + " only by replay.weight; leave them out, or name a set to measure forgetting on by data.shards and"
                    + " data.holdout");
        }
        if ((shards == null) != (holdout == null)) {
            throw new UserException("Recipe: data.shards and data.holdout together name a set to measure forgetting on;"
                    + " data." + (shards == null ? "shards" : "holdout") + " is missing");
        }
    }

    /** The sets that a run on a mixture is measured on, each a part whose family is the held-out one. */
    public List<MixturePart> measured() {
        List<MixturePart> measured = new ArrayList<>();
        if (shards != null) {
            measured.add(MixturePart.heldOut("pairs", "pair", shards, holdout));
        }
        mixture.stream()
                .filter(part -> part.holdout() != null)
                .map(MixturePart::heldOut)
                .forEach(measured::add);
        return measured;
    }

    /** Pairs of one size, without a mixture. */
    public DataRecipe(
            String shards, List<String> families, String holdout, int size, List<String> styles, boolean skinTones) {
        this(
                shards, families, holdout, size, styles, skinTones, null, null, null, null, null, null, null, null,
                null, null);
    }
}
