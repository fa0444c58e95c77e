package stipple.train.parallel;

import java.util.ArrayList;
import java.util.List;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Tensors of one type and device that travel together, because many small messages take longer than a large one. */
record Bucket(List<Tensor> members) {
    /**
     * Packs tensors in their order, each bucket as full as it gets.
     *
     * @param bytes largest size of a bucket; a tensor above it travels alone
     */
    static List<Bucket> pack(List<Tensor> tensors, long bytes) {
        List<Bucket> buckets = new ArrayList<>();
        List<Tensor> open = new ArrayList<>();
        long filled = 0;
        for (Tensor tensor : tensors) {
            long size = tensor.count() * tensor.dtype().bytes();
            boolean fits = open.isEmpty()
                    || (filled + size <= bytes
                            && open.getFirst().dtype() == tensor.dtype()
                            && open.getFirst().device().equals(tensor.device()));
            if (!fits) {
                buckets.add(new Bucket(List.copyOf(open)));
                open.clear();
                filled = 0;
            }
            open.add(tensor);
            filled += size;
        }
        if (!open.isEmpty()) {
            buckets.add(new Bucket(List.copyOf(open)));
        }
        return buckets;
    }

    /** All values in one row, {@code [n]}, in the order of the members. */
    static Tensor flatten(List<Tensor> tensors) {
        return Tensors.cat(tensors.stream().map(t -> t.reshape(-1)).toList(), 0);
    }

    /** Views of a flat row in the shapes of the members. */
    List<Tensor> views(Tensor flat) {
        List<Tensor> views = new ArrayList<>();
        long at = 0;
        for (Tensor member : members) {
            views.add(flat.narrow(0, at, member.count()).reshape(member.shape()));
            at += member.count();
        }
        return views;
    }
}
