package stipple.train.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import stipple.torch.UserException;

/**
 * Whole samples packed into rows of a fixed budget of tokens (reference §4.4). Nothing masks the samples of a row from each
 * other, and positions run through, as in the reference, unless they are separated when the batch is made.
 *
 * <p>Every pass over the samples has a {@link PackingPlan} of its own that is computed from the samples' lengths. A row's
 * position determines its pass once the numbers of rows of the earlier passes are known; these follow from lengths alone,
 * so resuming in pass n costs n plans but reads no picture and repeats no step. Safe for use by many threads.
 */
final class PackedStream implements RowStream {
    private final SampleStream samples;
    private final int budget;
    private final String name;

    /** First row of every pass that was planned, and one more: the end of the last. */
    private final List<Long> starts = new ArrayList<>(List.of(0L));

    private Planned latest;
    private Planned before;
    private PackingPlan first;

    private record Planned(long pass, PackingPlan plan) {}

    /** A row to be made: its pass and the samples of the pass. */
    private record Place(long pass, int[] samples) {}

    PackedStream(SampleStream samples, int budget, String name) {
        this.samples = samples;
        this.budget = budget;
        this.name = name;
    }

    @Override
    public TokenRow row(long position) {
        Place place = place(position);
        return TokenRow.join(Arrays.stream(place.samples())
                .mapToObj(i -> samples.row(place.pass() * samples.size() + i))
                .toList());
    }

    private synchronized Place place(long position) {
        while (starts.getLast() <= position) {
            plan(starts.size() - 1L);
        }
        int pass = starts.size() - 2;
        while (starts.get(pass) > position) {
            pass--;
        }
        return new Place(pass, plan(pass).rows().get((int) (position - starts.get(pass))));
    }

    private PackingPlan plan(long pass) {
        for (Planned planned : Arrays.asList(latest, before)) {
            if (planned != null && planned.pass() == pass) {
                return planned.plan();
            }
        }
        PackingPlan plan = PackingPlan.of(
                IntStream.range(0, samples.size())
                        .parallel()
                        .mapToObj(i -> item(samples.row(pass * samples.size() + i)))
                        .toList(),
                budget);
        if (plan.rows().isEmpty()) {
            throw new UserException("No sample of '" + name + "' fits into a row of " + budget
                    + " tokens; raise data.pack or choose smaller pictures");
        }
        if (pass == starts.size() - 1) {
            starts.add(starts.getLast() + plan.rows().size());
        }
        if (first == null) {
            first = plan;
        }
        before = latest;
        latest = new Planned(pass, plan);
        return plan;
    }

    private static PackingPlan.Item item(TokenRow row) {
        List<String> grids = row.pictures().stream()
                .map(placed -> placed.picture().grid().text())
                .distinct()
                .toList();
        // The reference's names: a size, or 0*0 for samples whose pictures differ in size.
        return new PackingPlan.Item(row.length(), grids.size() == 1 ? grids.getFirst() : "0*0");
    }

    /** The share of slots in the first pass that hold nothing. */
    synchronized double waste() {
        place(0);
        return first.waste();
    }

    /** Samples of the first pass that are longer than a row. */
    synchronized int rejected() {
        place(0);
        return first.rejected();
    }
}
