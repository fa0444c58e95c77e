package stipple.model.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.model.config.VaeConfig;
import stipple.torch.UserException;

/**
 * Names and shapes of the image tokenizer's tensors (reference §1.6). Canonical are the old LDM names, as in the
 * released {@code checkpoint.pt}; diffusers names, which count the decoder's levels from the other end, are translated.
 */
public final class VaeNames {
    private static final Pattern LEVEL = Pattern.compile("\\.(down|up)\\.(\\d+)\\.");
    private static final Pattern MID = Pattern.compile("\\.mid\\.block_(\\d)\\.");
    private static final Map<String, List<String>> ATTENTION = Map.of(
            "norm", List.of("group_norm"),
            "q", List.of("to_q", "query"),
            "k", List.of("to_k", "key"),
            "v", List.of("to_v", "value"),
            "proj_out", List.of("to_out.0", "proj_attn"));

    private final List<ExpectedTensor> expected;
    private final Map<String, ExpectedTensor> byName = new HashMap<>();
    private final Map<String, String> toDiffusers = new LinkedHashMap<>();
    private final Map<String, String> toCanonical = new HashMap<>();

    /** The names for a tokenizer of this shape. */
    public VaeNames(VaeConfig config) {
        this.expected = VaeShapes.of(config);
        for (ExpectedTensor tensor : expected) {
            List<String> names = diffusers(tensor.name(), config.levels());
            byName.put(tensor.name(), tensor);
            toDiffusers.put(tensor.name(), names.getFirst());
            names.forEach(name -> toCanonical.put(name, tensor.name()));
        }
    }

    /** All tensors under their canonical names, encoder first. */
    public List<ExpectedTensor> expected() {
        return expected;
    }

    /** The canonical name of a tensor in either naming; an unknown name is returned as it is. */
    public String toCanonical(String name) {
        return byName.containsKey(name) ? name : toCanonical.getOrDefault(name, name);
    }

    /**
     * The diffusers name of a canonical one.
     *
     * @throws UserException if the tokenizer has no such tensor
     */
    public String toDiffusers(String canonical) {
        String name = toDiffusers.get(canonical);
        if (name == null) {
            throw new UserException("The image tokenizer has no tensor '" + canonical + "'");
        }
        return name;
    }

    /**
     * The tensors of a checkpoint under canonical names; the attention's {@code [c, c]} linears of a diffusers dump
     * become the {@code [c, c, 1, 1]} convolutions they are.
     *
     * @throws UserException if two tensors have the same canonical name
     */
    public Map<String, StoredTensor> canonical(Map<String, StoredTensor> tensors) {
        Map<String, StoredTensor> result = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            String canonical = toCanonical(name);
            if (result.put(canonical, asConvolution(tensor.withName(canonical))) != null) {
                throw new UserException("The image tokenizer holds '" + canonical + "' under two names");
            }
        });
        return result;
    }

    private StoredTensor asConvolution(StoredTensor tensor) {
        ExpectedTensor known = byName.get(tensor.name());
        long[] shape = tensor.shape();
        boolean squeezed = known != null && known.shape().length == 4 && shape.length == 2;
        return squeezed ? tensor.reshaped(shape[0], shape[1], 1, 1) : tensor;
    }

    /** The diffusers spellings of a canonical name, the current one first. */
    private static List<String> diffusers(String canonical, int levels) {
        String name = canonical
                .replace(".nin_shortcut.", ".conv_shortcut.")
                .replace(".norm_out.", ".conv_norm_out.")
                .replace(".downsample.", ".downsamplers.0.")
                .replace(".upsample.", ".upsamplers.0.")
                .replace(".block.", ".resnets.");
        name = LEVEL.matcher(name).replaceAll(match -> {
            int level = Integer.parseInt(match.group(2));
            boolean up = match.group(1).equals("up");
            return "." + match.group(1) + "_blocks." + (up ? levels - 1 - level : level) + ".";
        });
        name = MID.matcher(name)
                .replaceAll(match -> ".mid_block.resnets." + (Integer.parseInt(match.group(1)) - 1) + ".");
        return attention(name);
    }

    private static List<String> attention(String name) {
        Matcher matcher =
                Pattern.compile("(.*)\\.mid\\.attn_1\\.(\\w+)\\.(weight|bias)").matcher(name);
        if (!matcher.matches()) {
            return List.of(name);
        }
        List<String> names = new ArrayList<>();
        for (String part : ATTENTION.get(matcher.group(2))) {
            names.add(matcher.group(1) + ".mid_block.attentions.0." + part + "." + matcher.group(3));
        }
        return names;
    }
}
