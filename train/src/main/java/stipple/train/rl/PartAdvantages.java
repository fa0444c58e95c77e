package stipple.train.rl;

import java.util.List;
import stipple.model.image.TokenGrid;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.reward.Located;

/**
 * What each token gained, where a reward says which parts of a picture are right: the tokens of a part are compared with the parts
 * of all pictures of the group, and those between the parts with what lies there in the others.
 *
 * @param values {@code pictures * tokens}, 0 where nothing is to be learnt
 * @param kept whether a group takes part
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to arithmetic; never compared by equals
record PartAdvantages(double[] values, boolean[] kept) {
    /** Compares the parts of each group. */
    static PartAdvantages of(List<Located> located, TokenGrid grid, GrpoRecipe recipe) {
        int size = recipe.group();
        int groups = located.size() / size;
        double[] values = new double[located.size() * grid.count()];
        boolean[] kept = new boolean[groups];
        for (int g = 0; g < groups; g++) {
            List<Located> group = located.subList(g * size, (g + 1) * size);
            Spread parts = Spread.of(group.stream()
                    .flatMap(picture -> picture.parts().stream())
                    .mapToDouble(Located.Part::score)
                    .toArray());
            Spread rests = Spread.of(group.stream().mapToDouble(Located::rest).toArray());
            kept[g] = Math.max(parts.std(), rests.std()) >= Math.max(recipe.minStd(), Spread.EPS);
            for (int i = 0; kept[g] && i < size; i++) {
                spread(group.get(i), parts, rests, grid, recipe, values, (g * size + i) * grid.count());
            }
            centre(values, g * size * grid.count(), size, grid.count());
        }
        return new PartAdvantages(values, kept);
    }

    /**
     * At each place the pictures of a group gain nothing together: parts are of different sizes, and what the pictures have in common
     * there would be learnt or unlearnt, good or bad. With guidance while sampling that is guidance itself.
     */
    private static void centre(double[] values, int from, int pictures, int tokens) {
        for (int token = 0; token < tokens; token++) {
            double sum = 0;
            for (int i = 0; i < pictures; i++) {
                sum += values[from + i * tokens + token];
            }
            for (int i = 0; i < pictures; i++) {
                values[from + i * tokens + token] -= sum / pictures;
            }
        }
    }

    private static void spread(
            Located picture, Spread parts, Spread rests, TokenGrid grid, GrpoRecipe recipe, double[] values, int at) {
        double rest = gained(rests, picture.rest());
        for (int token = 0; token < grid.count(); token++) {
            Located.Part part = at(picture.parts(), grid, token);
            double gained = part == null ? rest : gained(parts, part.score());
            values[at + token] = Math.clamp(gained, -recipe.advantageClip(), recipe.advantageClip());
        }
    }

    /** The part that covers most of a token, or null. */
    private static Located.Part at(List<Located.Part> parts, TokenGrid grid, int token) {
        int row = token / grid.columns();
        double left = (double) (token % grid.columns()) / grid.columns();
        double top = (double) row / grid.rows();
        double right = left + 1.0 / grid.columns();
        double bottom = top + 1.0 / grid.rows();
        Located.Part best = null;
        double most = 0;
        for (Located.Part part : parts) {
            double width = Math.min(right, part.right()) - Math.max(left, part.left());
            double height = Math.min(bottom, part.bottom()) - Math.max(top, part.top());
            if (width > 0 && height > 0 && width * height > most) {
                most = width * height;
                best = part;
            }
        }
        return best;
    }

    private static double gained(Spread others, double score) {
        return others.std() < Spread.EPS ? 0 : (score - others.mean()) / (others.std() + Spread.EPS);
    }
}
