package stipple.train.dpo;

import java.util.List;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The flow-matching form of direct preference optimisation (arXiv 2501.13918): a picture counts as likelier the smaller
 * its velocity error is beside the reference's, and the winner is to be likelier than the loser by a logistic margin.
 */
final class DpoLoss {
    private DpoLoss() {}

    /**
     * The loss of some pairs.
     *
     * @param loss {@code []}, mean of {@code -log sigmoid(margin)}
     * @param margins {@code [pairs]}, {@code -beta/2 * ((winner - winner of reference) - (loser - loser of reference))};
     *     positive where the model has learnt the preference
     */
    record Value(Tensor loss, Tensor margins) {}

    /**
     * Evaluates the loss.
     *
     * @param winner errors of the winners {@code [pairs]}, with gradients
     * @param loser errors of the losers {@code [pairs]}, with gradients
     * @param winnerReference the reference's errors at the same times and noises, without gradients
     * @param loserReference likewise
     */
    static Value of(Tensor winner, Tensor loser, Tensor winnerReference, Tensor loserReference, double beta) {
        Tensor margins =
                winner.sub(winnerReference).sub(loser.sub(loserReference)).mul(-beta / 2);
        // -log sigmoid(m) is the cross-entropy of the logits (m, 0) for the first, and never overflows.
        Tensor logits = Tensors.stack(List.of(margins, margins.mul(0)), 1);
        Tensor first =
                Tensors.of(new long[(int) margins.size(0)], margins.size(0)).to(margins.device());
        return new Value(Nn.crossEntropy(logits.to(DType.F32), first), margins);
    }
}
