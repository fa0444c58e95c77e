package stipple.train.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

final class BucketTest {
    @Test
    void buckets_fill_up_to_their_size_and_a_large_tensor_travels_alone() {
        try (Scope scope = Scope.open()) {
            List<Tensor> tensors = List.of(
                    Tensors.zeros(DType.F32, 4),
                    Tensors.zeros(DType.F32, 2, 3),
                    Tensors.zeros(DType.F32, 100),
                    Tensors.zeros(DType.F32, 1));
            List<Integer> sizes = Bucket.pack(tensors, 40).stream()
                    .map(b -> b.members().size())
                    .toList();
            assertEquals(List.of(2, 1, 1), sizes);
        }
    }

    @Test
    void types_are_not_mixed() {
        try (Scope scope = Scope.open()) {
            List<Tensor> tensors = List.of(Tensors.zeros(DType.F32, 4), Tensors.zeros(DType.BF16, 4));
            assertEquals(2, Bucket.pack(tensors, 1000).size());
        }
    }

    @Test
    void flattening_and_cutting_gives_the_members_back() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
            Tensor b = Tensors.of(new float[] {7}, 1);
            Bucket bucket = new Bucket(List.of(a, b));
            Tensor flat = Bucket.flatten(bucket.members());
            assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7}, flat.toFloats());
            List<Tensor> views = bucket.views(flat);
            assertArrayEquals(a.shape(), views.get(0).shape());
            assertArrayEquals(a.toFloats(), views.get(0).toFloats());
            assertArrayEquals(b.toFloats(), views.get(1).toFloats());
        }
    }
}
