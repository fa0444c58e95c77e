package stipple.train.post;

import stipple.model.NextStepModel;
import stipple.model.flow.LinearPath;
import stipple.model.loss.FlowDraws;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** How well the flow head predicts the velocities of whole pictures: the flow loss of each picture by itself. */
public final class FlowErrors {
    private FlowErrors() {}

    /**
     * Mean squared velocity errors.
     *
     * @param conditions {@code [rows * n, hidden]}
     * @param draws times and noise {@code [rows * repeats * n]}, for each row its repeats one after the other
     * @param repeats draws per image token
     * @param byTime whether an error counts by the square of its time
     * @return float32 {@code [rows]}, means over tokens, repeats and the values of a token
     */
    public static Tensor of(
            NextStepModel model, PictureRows rows, Tensor conditions, FlowDraws draws, int repeats, boolean byTime) {
        Tensor order = order(rows.rows(), rows.perRow(), repeats).to(conditions.device());
        DType compute = model.backbone().compute();
        Tensor data = rows.tokens().to(conditions.device()).to(compute).indexSelect(0, order);
        Tensor noise = draws.noise().to(conditions.device()).to(compute);
        Tensor t = draws.u().sigmoid().to(conditions.device());
        Tensor x = LinearPath.at(data, noise, t.to(compute).unsqueeze(1));
        Tensor condition = model.head().embedCondition(conditions).indexSelect(0, order);
        Tensor v = model.head().velocity(x, model.head().embedTime(t), condition);
        Tensor error = v.sub(LinearPath.velocity(data, noise).to(DType.F32))
                .square()
                .mean(1)
                .reshape(-1);
        Tensor weighted = byTime ? error.mul(t.square()) : error;
        return weighted.reshape(rows.rows(), -1).mean(1).reshape(-1);
    }

    private static Tensor order(int rows, int perRow, int repeats) {
        long[] order = new long[rows * repeats * perRow];
        int at = 0;
        for (int row = 0; row < rows; row++) {
            for (int r = 0; r < repeats; r++) {
                for (int i = 0; i < perRow; i++) {
                    order[at++] = (long) row * perRow + i;
                }
            }
        }
        return Tensors.of(order, order.length);
    }
}
