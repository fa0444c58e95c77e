package stipple.model.features;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.model.load.SmallNetwork;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Tensor;

/**
 * A fixed network that looks at pictures: taps at several depths for the perceptual distance of two pictures, pooled
 * features for distances between sets of pictures. Its weights never change; gradients pass through it to the pictures.
 */
public final class FeatureNetwork implements AutoCloseable {
    /** The weights beside the config. */
    public static final String WEIGHTS = "model.safetensors";

    private static final double MOST_ACTIVE = 6;

    private final FeatureConfig config;
    private final Weights weights;

    /** A network over weights, which it takes over. */
    public FeatureNetwork(FeatureConfig config, Weights weights) {
        this.config = config;
        this.weights = weights;
    }

    /**
     * Loads a folder that {@code stipple data build features} made.
     *
     * @throws stipple.torch.UserException if anything is missing or of another shape
     */
    public static FeatureNetwork load(Path folder) {
        FeatureConfig config = FeatureConfig.read(folder);
        return new FeatureNetwork(config, SmallNetwork.read(folder.resolve(WEIGHTS), config.expected()));
    }

    /** Its shape and name. */
    public FeatureConfig config() {
        return config;
    }

    /** Its parameters, for those who make a network. */
    public Weights weights() {
        return weights;
    }

    /**
     * Pooled features of whole pictures, brought to the size that the network was trained on.
     *
     * @param pixels {@code [n, 3, h, w]} in [-1, 1]
     * @return {@code [n, head]} float32, from 0 to 6
     */
    public Tensor features(Tensor pixels) {
        Tensor x = Nn.resize(pixels.to(DType.F32), config.size(), config.size());
        List<Tensor> all = blocks(x, config.blocks().size() - 1);
        Tensor last = clipped(convolution("head", all.getLast(), 1, 1));
        long n = last.size(0);
        return last.reshape(n, config.head(), -1).mean(-1).reshape(n, config.head());
    }

    /**
     * What the network sees at each tap, in pictures of the size they have.
     *
     * @param pixels {@code [n, 3, h, w]} in [-1, 1]
     * @return {@code [n, channels, h', w']} float32 for each tap of the config, in order
     */
    public List<Tensor> taps(Tensor pixels) {
        List<Integer> wanted = List.copyOf(config.taps().keySet());
        List<Tensor> all = blocks(pixels.to(DType.F32), wanted.getLast());
        return wanted.stream().map(all::get).toList();
    }

    /** The maps behind each block up to one. */
    private List<Tensor> blocks(Tensor pixels, int last) {
        List<Tensor> maps = new ArrayList<>();
        Tensor x = clipped(convolution("stem", pixels.add(1).mul(0.5), 2, 1));
        for (int i = 0; i <= last; i++) {
            x = block(i, x);
            maps.add(x);
        }
        return maps;
    }

    private Tensor block(int i, Tensor x) {
        FeatureConfig.Block block = config.blocks().get(i);
        String prefix = "blocks." + i;
        Tensor h = block.expands(config.in(i)) ? clipped(convolution(prefix + ".expand", x, 1, 1)) : x;
        h = clipped(convolution(prefix + ".depthwise", h, block.stride(), block.hidden()));
        h = convolution(prefix + ".project", h, 1, 1);
        return block.adds(config.in(i)) ? x.add(h) : h;
    }

    private Tensor convolution(String name, Tensor x, int stride, int groups) {
        Tensor weight = weights.get(name + ".weight");
        Tensor bias = weights.get(name + ".bias");
        if (stride == 1) {
            return Nn.conv2d(x, weight, bias, 1, (int) weight.size(-1) / 2, groups);
        }
        // Where the size is halved, Keras pads on the far side only.
        return Nn.conv2d(Nn.padZero(x, 0, 1, 0, 1), weight, bias, stride, 0, groups);
    }

    private static Tensor clipped(Tensor x) {
        return x.clamp(0, MOST_ACTIVE);
    }

    @Override
    public void close() {
        weights.close();
    }
}
