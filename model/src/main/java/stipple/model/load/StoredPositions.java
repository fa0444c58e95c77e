package stipple.model.load;

import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.config.ModelConfig;

/** The generation position table as a checkpoint stores it (reference §1.4, §2.10). */
final class StoredPositions {
    static final String NAME = "gen_pos_embed";

    private StoredPositions() {}

    /**
     * The config with the side of the stored table. The 2025 code always made a table of side 32, later code one of
     * {@code base_image_grid_size}, which the dialects count differently; a stored table settles it. A tensor that is no
     * square table is left for the check of shapes to refuse.
     */
    static ModelConfig describe(ModelConfig config, CheckpointFiles files) {
        if (!config.useGenPosEmbed()) {
            return config;
        }
        return files.find(NAME)
                .filter(stored -> stored.shape().length == 3)
                .map(stored -> (int) Math.round(Math.sqrt(stored.shape()[1])))
                .filter(side -> side > 0)
                .map(side -> withSide(config, side))
                .orElse(config);
    }

    private static ModelConfig withSide(ModelConfig c, int side) {
        return new ModelConfig(
                c.backbone(),
                c.flowHead(),
                c.latent(),
                c.loss(),
                c.tokens(),
                c.useGenPosEmbed(),
                side,
                c.useMlpBeforeLmHead(),
                c.vaePath(),
                c.dialect(),
                c.generation(),
                c.tasks());
    }
}
