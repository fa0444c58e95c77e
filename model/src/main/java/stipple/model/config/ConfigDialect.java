package stipple.model.config;

import java.util.List;
import stipple.model.files.JsonObjectFile;

/** The three spellings of the NextStep keys found in {@code config.json} files (reference §1.2). */
public enum ConfigDialect {
    /** NextStep-1-Large: {@code latent_size}, {@code fm_head_dim}, {@code im_loss_weight}. Written by Stipple. */
    A,
    /** NextStep-1.1: {@code image_size}, {@code genloss_width}, {@code image_loss_weight}. */
    B,
    /** The public trainer: {@code image_size}, {@code fm_head_dim}, {@code image_loss_weight}. */
    C;

    /** The dialect of a file, by the keys that only one of them has; A wins where several are mixed. */
    static ConfigDialect of(JsonObjectFile json) {
        if (json.firstOf(List.of("latent_size", "latent_patch_size", "latent_channels", "im_loss_weight"))
                .isPresent()) {
            return A;
        }
        if (json.firstOf(List.of("genloss_width", "genloss_depth", "genloss_batch_mul"))
                .isPresent()) {
            return B;
        }
        return C;
    }
}
