package stipple.model.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import stipple.model.NextStepModel;
import stipple.model.backbone.RaggedRows;
import stipple.model.backbone.RowsPass;
import stipple.model.config.LossConfig;
import stipple.model.flow.LinearPath;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * The joint objective of NextStep (reference §2.7): the hidden state of a slot predicts the next slot, with the flow head
 * if that is an image token and with the language head otherwise.
 */
public final class NextStepLoss {
    private final NextStepModel model;

    /** The loss of a model with the weights in its config. */
    public NextStepLoss(NextStepModel model) {
        this.model = model;
    }

    /** The model whose loss this is. */
    public NextStepModel model() {
        return model;
    }

    /**
     * Scalars {@code []} in float32. A part without any token is an exact zero.
     *
     * @param total weighted sum
     * @param text mean cross-entropy in nats
     * @param image mean squared velocity error
     */
    public record Value(Tensor total, Tensor text, Tensor image) {}

    /**
     * Evaluates the loss in one parallel pass.
     *
     * @param draws makes the randomness for a number of tokens, repeats included
     */
    public Value of(TrainingRows rows, LongFunction<FlowDraws> draws) {
        return of(rows, draws, model.backbone()::readRows);
    }

    /**
     * As {@link #of(TrainingRows, LongFunction)} with another way through the backbone.
     */
    public Value of(TrainingRows rows, LongFunction<FlowDraws> draws, RowsPass pass) {
        return of(rows, rows.images(), draws, pass);
    }

    /**
     * As {@link #of(TrainingRows, LongFunction, UnaryOperator)} for a backbone that sees image tokens other than those
     * that are learnt.
     *
     * @param seen image tokens {@code [k, token]} that the backbone reads, with noise on them
     */
    public Value of(TrainingRows rows, Tensor seen, LongFunction<FlowDraws> draws, RowsPass pass) {
        LossConfig weights = model.config().loss();
        Slots slots = Slots.of(rows, model.config().tokens().imagePlaceholder());
        Tensor embeds = slots.read().pick(model.embed(rows.ids(), seen));
        Tensor flat = embeds.size(0) == 0 ? embeds : pass.read(embeds, slots.read());
        Tensor text = textLoss(flat, slots);
        Tensor image = imageLoss(flat, rows.images(), slots, draws);
        double textWeight = weights.textWeight();
        double imageWeight = weights.imageWeight();
        if (weights.tokenLengthWeight()) {
            double all = Math.max(1, slots.textSlots().length + slots.imageSlots().length);
            textWeight *= slots.textSlots().length / all;
            imageWeight *= slots.imageSlots().length / all;
        }
        return new Value(text.mul(textWeight).add(image.mul(imageWeight)), text, image);
    }

    private Tensor textLoss(Tensor flat, Slots slots) {
        if (slots.textSlots().length == 0) {
            return Tensors.zeros(DType.F32);
        }
        Tensor picked = flat.indexSelect(0, index(slots.textSlots(), flat));
        return Nn.crossEntropy(model.logits(picked), index(slots.textLabels(), flat));
    }

    private Tensor imageLoss(Tensor flat, Tensor images, Slots slots, LongFunction<FlowDraws> draws) {
        int n = slots.imageSlots().length;
        if (n == 0) {
            return Tensors.zeros(DType.F32);
        }
        int repeats = model.config().flowHead().batchMul();
        Tensor conditions = model.condition(flat.indexSelect(0, index(slots.imageSlots(), flat)));
        Tensor target = images.to(flat.device()).to(flat.dtype()).indexSelect(0, index(slots.imageTokens(), flat));
        // Each row's block of tokens is repeated as a whole, every copy with its own time and noise.
        Tensor order = index(slots.repeatedOrder(repeats), flat);
        Tensor data = target.indexSelect(0, order);
        FlowDraws draw = draws.apply((long) n * repeats);
        Tensor noise = draw.noise().to(flat.device()).to(flat.dtype());
        Tensor t = draw.u().sigmoid().to(flat.device()).to(flat.dtype());
        Tensor x = LinearPath.at(data, noise, t.unsqueeze(1));
        // The condition's own layer is the widest: embed once per token, then repeat.
        Tensor condition = model.head().embedCondition(conditions).indexSelect(0, order);
        Tensor v = model.head().velocity(x, model.head().embedTime(t.to(DType.F32)), condition);
        return v.sub(LinearPath.velocity(data, noise).to(DType.F32)).square().mean();
    }

    private static Tensor index(long[] values, Tensor like) {
        return Tensors.of(values, values.length).to(like.device());
    }

    /**
     * Which slots predict what. What follows the last slot of a row that predicts anything is not read: under a causal mask it
     * changes nothing.
     *
     * @param read the slots of each row that are read; the others count them row after row
     * @param textSlots slots whose successor is a labelled text token
     * @param textLabels those labels
     * @param imageSlots slots whose successor is an image token to learn
     * @param imageTokens index of that token among all image tokens
     * @param perRow number of image slots of each row
     */
    private record Slots(
            RaggedRows read,
            long[] textSlots,
            long[] textLabels,
            long[] imageSlots,
            long[] imageTokens,
            List<Integer> perRow) {
        static Slots of(TrainingRows rows, int placeholder) {
            int tokens = rows.ids()[0].length;
            int total = rows.ids().length * tokens;
            long[] textSlots = new long[total];
            long[] textLabels = new long[total];
            long[] imageSlots = new long[total];
            long[] imageTokens = new long[total];
            List<Integer> perRow = new ArrayList<>();
            int[] lengths = new int[rows.ids().length];
            int start = 0;
            int texts = 0;
            int images = 0;
            int seen = 0;
            for (int row = 0; row < rows.ids().length; row++) {
                int before = images;
                for (int next = 0; next < tokens; next++) {
                    boolean image = rows.ids()[row][next] == placeholder;
                    int image0 = image ? seen++ : -1;
                    if (next == 0) {
                        continue;
                    }
                    int slot = start + next - 1;
                    if (image && rows.targets()[image0]) {
                        imageSlots[images] = slot;
                        imageTokens[images++] = image0;
                        lengths[row] = next;
                    } else if (!image && rows.labels()[row][next] != TrainingRows.IGNORED) {
                        textSlots[texts] = slot;
                        textLabels[texts++] = rows.labels()[row][next];
                        lengths[row] = next;
                    }
                }
                start += lengths[row];
                perRow.add(images - before);
            }
            return new Slots(
                    new RaggedRows(lengths),
                    Arrays.copyOf(textSlots, texts),
                    Arrays.copyOf(textLabels, texts),
                    Arrays.copyOf(imageSlots, images),
                    Arrays.copyOf(imageTokens, images),
                    perRow);
        }

        long[] repeatedOrder(int repeats) {
            long[] order = new long[Math.multiplyExact(imageSlots.length, repeats)];
            int at = 0;
            int start = 0;
            for (int count : perRow) {
                for (int r = 0; r < repeats; r++) {
                    for (int i = 0; i < count; i++) {
                        order[at++] = (long) start + i;
                    }
                }
                start += count;
            }
            return order;
        }
    }
}
