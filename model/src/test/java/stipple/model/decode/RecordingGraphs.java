package stipple.model.decode;

import stipple.torch.DeviceGraph;
import stipple.torch.Scope;
import stipple.torch.Tensors;

/** Stands for a card: a graph runs the recorded work again. Counts what is recorded, replayed and closed. */
final class RecordingGraphs implements DeviceGraph.Recorder {
    int recorded;
    int replayed;
    int closed;
    boolean refuses;

    @Override
    public DeviceGraph record(Runnable work) {
        if (refuses) {
            try (Scope scope = Scope.open()) {
                // The kind of failure that libtorch reports.
                Tensors.zeros(stipple.torch.DType.F32, 2, 3).matmul(Tensors.zeros(stipple.torch.DType.F32, 2, 3));
            }
        }
        work.run();
        recorded++;
        return new DeviceGraph() {
            private boolean open = true;

            @Override
            public void replay() {
                if (!open) {
                    throw new IllegalStateException("A closed graph was run");
                }
                replayed++;
                work.run();
            }

            @Override
            public void close() {
                open = false;
                closed++;
            }
        };
    }
}
