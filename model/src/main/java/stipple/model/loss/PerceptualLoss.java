package stipple.model.loss;

import java.util.List;
import stipple.model.features.FeatureNetwork;
import stipple.torch.Autograd;
import stipple.torch.Tensor;

/**
 * How different two pictures look: the squared distance of a fixed network's features, each position's scaled to length
 * 1, so that what counts is the kind of thing seen and not its contrast; means over positions and pictures, summed over
 * depths with the network's weights.
 */
public final class PerceptualLoss {
    private static final double EPS = 1e-6;

    private final FeatureNetwork network;
    private final List<Double> weights;

    /** A loss that looks through a network, which belongs to whoever gives it. */
    public PerceptualLoss(FeatureNetwork network) {
        this.network = network;
        this.weights = List.copyOf(network.config().taps().values());
    }

    /**
     * The distance. Gradients reach the copy, not the original and not the network.
     *
     * @param copy {@code [n, 3, h, w]} in about [-1, 1]
     * @param original the same shape
     * @return {@code []}; 0 for equal pictures
     */
    public Tensor of(Tensor copy, Tensor original) {
        List<Tensor> wanted = Autograd.off(
                () -> network.taps(original).stream().map(PerceptualLoss::unit).toList());
        List<Tensor> seen = network.taps(copy);
        Tensor sum = null;
        for (int i = 0; i < seen.size(); i++) {
            Tensor distance =
                    unit(seen.get(i)).sub(wanted.get(i)).square().sum(1).mean().mul(weights.get(i));
            sum = sum == null ? distance : sum.add(distance);
        }
        return sum;
    }

    /** Features of length 1 at each position; those of nothing stay nothing. */
    private static Tensor unit(Tensor map) {
        return map.mul(map.square().sum(1).add(EPS).rsqrt());
    }
}
