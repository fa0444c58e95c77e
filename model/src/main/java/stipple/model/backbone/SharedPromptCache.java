package stipple.model.backbone;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** A picture's own tokens alone; prompts stay where they were read, and nothing is padded. */
final class SharedPromptCache extends PictureCache {
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();

    SharedPromptCache(BackboneConfig config, List<KvCache> prompts, int tokens, DType compute, Device device) {
        super(config, prompts, tokens, compute, device);
        try (Scope scope = Scope.open()) {
            for (int layer = 0; layer < config.layers(); layer++) {
                keys.add(room(config, tokens, compute, device));
                values.add(room(config, tokens, compute, device));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
        requireRoom();
        keys.get(layer).narrow(2, length, 1).copyInPlace(k);
        values.get(layer).narrow(2, length, 1).copyInPlace(v);
        try (Scope scope = Scope.open()) {
            List<Tensor> rows = new ArrayList<>();
            for (int row = 0; row < prompts.size(); row++) {
                rows.add(attend(layer, row, q.select(0, row)));
            }
            return scope.keep(Tensors.stack(rows, 0));
        }
    }

    /** Two segments, one softmax: the prompt where it lies and the row's own tokens, without joining them in memory. */
    private Tensor attend(int layer, int row, Tensor q) {
        Tensor ownKeys = keys.get(layer).select(0, row).narrow(1, 0, length + 1);
        Tensor ownValues = values.get(layer).select(0, row).narrow(1, 0, length + 1);
        long kvHeads = ownKeys.size(0);
        long width = ownKeys.size(2);
        long prompt = prompts.get(row).length();
        Tensor grouped = q.reshape(kvHeads, -1, width).mul(1 / Math.sqrt(width));
        Tensor before = grouped.matmul(prompts.get(row).keys(layer).select(0, 0).transpose(1, 2));
        Tensor own = grouped.matmul(ownKeys.transpose(1, 2));
        Tensor share =
                Tensors.cat(List.of(before, own), 2).to(DType.F32).softmax().to(q.dtype());
        Tensor out = share.narrow(2, 0, prompt)
                .matmul(prompts.get(row).values(layer).select(0, 0))
                .add(share.narrow(2, prompt, length + 1L).matmul(ownValues));
        return out.reshape(-1);
    }
}
