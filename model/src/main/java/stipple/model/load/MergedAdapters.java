package stipple.model.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import stipple.model.lora.AdapterChoice;
import stipple.model.lora.Lora;
import stipple.model.lora.LoraFiles;
import stipple.model.nn.LowRank;
import stipple.model.nn.Weights;
import stipple.torch.Tensor;

/** Adapters that are added to a checkpoint's weights while these pass by, one tensor at a time. */
final class MergedAdapters implements AutoCloseable {
    /** Changes nothing. */
    static final MergedAdapters NONE = new MergedAdapters(List.of(), List.of());

    private static final String WEIGHT = ".weight";

    private final List<AdapterChoice> choices;
    private final List<Weights> adapters;

    private MergedAdapters(List<AdapterChoice> choices, List<Weights> adapters) {
        this.choices = choices;
        this.adapters = adapters;
    }

    static MergedAdapters read(List<AdapterChoice> choices) {
        List<Weights> read = new ArrayList<>();
        MergedAdapters merged = new MergedAdapters(List.copyOf(choices), read);
        try {
            for (AdapterChoice choice : choices) {
                read.add(LoraFiles.read(choice.folder()));
            }
            return merged;
        } catch (RuntimeException e) {
            merged.close();
            throw e;
        }
    }

    /** Refuses adapters of layers that are not there. */
    void requireLayers(Set<String> names) {
        for (Weights table : adapters) {
            for (String layer : Lora.layers(table)) {
                if (!names.contains(layer + WEIGHT)) {
                    throw Lora.foreign(layer);
                }
            }
        }
    }

    /** Whether a tensor of this name is changed. */
    boolean change(String name) {
        return name.endsWith(WEIGHT)
                && adapters.stream().anyMatch(table -> table.find(layer(name) + LowRank.DOWN) != null);
    }

    /** A float32 tensor with the adapters of its layer added. */
    Tensor merged(String name, Tensor weight) {
        Tensor sum = weight;
        for (int i = 0; i < adapters.size(); i++) {
            if (name.endsWith(WEIGHT) && adapters.get(i).find(layer(name) + LowRank.DOWN) != null) {
                sum = Lora.merged(
                        sum, layer(name), adapters.get(i), choices.get(i).scale());
            }
        }
        return sum;
    }

    private static String layer(String name) {
        return name.substring(0, name.length() - WEIGHT.length());
    }

    @Override
    public void close() {
        adapters.forEach(Weights::close);
    }
}
