package stipple.model.backbone;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Nn;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Whole rows, each with a copy of its prompt, as fused attention wants them: one stretch of memory per row and no mask, which
 * the flash kernel does not take. Rows end at the same place, shorter prompts begin later, so that one copy appends a token
 * to all of them.
 */
final class WholeRowCache extends PictureCache {
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final long longest;
    private final boolean even;

    WholeRowCache(BackboneConfig config, List<KvCache> prompts, int tokens, DType compute, Device device) {
        super(config, prompts, tokens, compute, device);
        longest = longestPrompt();
        even = prompts.stream().allMatch(prompt -> prompt.length() == longest);
        try (Scope scope = Scope.open()) {
            for (int layer = 0; layer < config.layers(); layer++) {
                keys.add(room(config, longest + tokens, compute, device));
                values.add(room(config, longest + tokens, compute, device));
                for (int row = 0; row < prompts.size(); row++) {
                    KvCache prompt = prompts.get(row);
                    copy(keys.get(layer), row, prompt.keys(layer));
                    copy(values.get(layer), row, prompt.values(layer));
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void copy(Tensor room, int row, Tensor prompt) {
        long n = prompt.size(2);
        room.narrow(0, row, 1).narrow(2, longest - n, n).copyInPlace(prompt);
    }

    @Override
    Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
        requireRoom();
        Tensor allKeys = keys.get(layer);
        Tensor allValues = values.get(layer);
        allKeys.narrow(2, longest + length, 1).copyInPlace(k);
        allValues.narrow(2, longest + length, 1).copyInPlace(v);
        try (Scope scope = Scope.open()) {
            List<Tensor> mixed = new ArrayList<>();
            int together = even ? rows() : 1;
            for (int row = 0; row < rows(); row += together) {
                long begin = longest - prompts.get(row).length();
                long count = longest + length + 1 - begin;
                mixed.add(Nn.attention(
                        q.narrow(0, row, together),
                        allKeys.narrow(0, row, together).narrow(2, begin, count),
                        allValues.narrow(0, row, together).narrow(2, begin, count),
                        null,
                        false));
            }
            Tensor all = mixed.size() == 1 ? mixed.getFirst() : Tensors.cat(mixed, 0);
            return scope.keep(all.reshape(rows(), -1));
        }
    }
}
