package stipple.model.config;

import java.util.LinkedHashMap;
import java.util.Map;
import stipple.torch.UserException;

/**
 * Token ids with a meaning of their own (reference §3.1).
 *
 * @param boi begin of image: the slot that predicts the first image token
 * @param eoi end of image
 * @param imagePlaceholder stands where an image token's embedding goes
 * @param pad fills rows on the left; its id never changes a result because padding is masked
 * @param eos end of text
 */
public record SpecialTokens(int boi, int eoi, int imagePlaceholder, int pad, int eos) {
    /** Checks that the three image ids differ and that none is negative. */
    public SpecialTokens {
        named(boi, eoi, imagePlaceholder, pad, eos).forEach((name, id) -> {
            if (id < 0) {
                throw new UserException("Config: " + name + " must be a token id, but is " + id);
            }
        });
        if (boi == eoi || boi == imagePlaceholder || eoi == imagePlaceholder) {
            throw new UserException("Config: boi (" + boi + "), eoi (" + eoi + ") and image_placeholder_id ("
                    + imagePlaceholder + ") must be three different ids");
        }
    }

    void requireBelow(int vocab) {
        named(boi, eoi, imagePlaceholder, pad, eos).forEach((name, id) -> {
            if (id >= vocab) {
                throw new UserException("Config: " + name + " (" + id + ") is not below vocab_size (" + vocab + ")");
            }
        });
    }

    private static Map<String, Integer> named(int boi, int eoi, int imagePlaceholder, int pad, int eos) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        ids.put("boi", boi);
        ids.put("eoi", eoi);
        ids.put("image_placeholder_id", imagePlaceholder);
        ids.put("pad_token_id_added", pad);
        ids.put("eos_token_id", eos);
        return ids;
    }
}
