package stipple.eval.autoencoder;

import java.util.Arrays;
import java.util.List;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** Mean and variance of tokens, each over the elements of one token, by their place in the sequence. */
final class TokenProfile {
    private final double[] means;
    private final double[] variances;
    private final long[] counts;

    /** Nothing yet, of sequences of so many tokens. */
    TokenProfile(int tokens) {
        means = new double[tokens];
        variances = new double[tokens];
        counts = new long[tokens];
    }

    /**
     * Adds what stands at one place.
     *
     * @param place from 0 on
     * @param tokens {@code [pictures, width]}
     */
    void add(int place, Tensor tokens) {
        try (Scope scope = Scope.open()) {
            Tensor all = tokens.to(DType.F64);
            Tensor mean = all.mean(-1);
            means[place] += mean.sum().item();
            variances[place] += all.sub(mean).square().mean(-1).sum().item();
            counts[place] += tokens.size(0);
        }
    }

    /** The mean of a token at each place, averaged over pictures. */
    List<Double> means() {
        return averages(means);
    }

    /** The variance of a token at each place, averaged over pictures. */
    List<Double> variances() {
        return averages(variances);
    }

    private List<Double> averages(double[] sums) {
        double[] each = new double[sums.length];
        Arrays.setAll(each, i -> sums[i] / counts[i]);
        return Arrays.stream(each).boxed().toList();
    }
}
