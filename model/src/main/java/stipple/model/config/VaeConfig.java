package stipple.model.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * The image tokenizer (reference §1.6), from {@code vae/config.json}.
 *
 * @param resolution training resolution in pixels
 * @param inChannels channels of the input image
 * @param outCh channels of the output image
 * @param ch width at full resolution
 * @param chMult width of each level over {@code ch}, finest level first
 * @param numResBlocks residual blocks per encoder level; the decoder has one more
 * @param zChannels channels of the latent
 * @param scalingFactor latents are {@code (z - shiftFactor) * scalingFactor}
 * @param shiftFactor see {@code scalingFactor}
 * @param deterministic whether the posterior's mean is used without noise
 * @param encoderNorm whether the mean is normalised
 * @param psz side of the square of cells normalised together
 * @param encodeTile side in pixels of the squares of a picture that are encoded each by itself; 0 for the whole picture at once,
 *     as the released image tokenizers do. A key of ours, {@code encode_tile}
 */
public record VaeConfig(
        int resolution,
        int inChannels,
        int outCh,
        int ch,
        List<Integer> chMult,
        int numResBlocks,
        int zChannels,
        double scalingFactor,
        double shiftFactor,
        boolean deterministic,
        boolean encoderNorm,
        int psz,
        int encodeTile) {

    /** Groups of every group norm. */
    public static final int NORM_GROUPS = 32;

    /** Checks sizes and that every level's width splits into the norm's groups. */
    public VaeConfig {
        chMult = List.copyOf(chMult);
        Checks.positive("vae resolution", resolution);
        Checks.positive("vae in_channels", inChannels);
        Checks.positive("vae out_ch", outCh);
        Checks.positive("vae ch", ch);
        Checks.positive("vae ch_mult length", chMult.size());
        Checks.positive("vae num_res_blocks", numResBlocks);
        Checks.positive("vae z_channels", zChannels);
        Checks.positive("vae scaling_factor", scalingFactor);
        Checks.positive("vae psz", psz);
        for (int multiplier : chMult) {
            Checks.positive("vae ch_mult", multiplier);
            Checks.width("vae ch * ch_mult", (long) ch * multiplier);
            Checks.divides("the " + NORM_GROUPS + " norm groups", NORM_GROUPS, "vae width", (long) ch * multiplier);
        }
        int token = psz << (chMult.size() - 1);
        if (encodeTile < 0 || encodeTile % token != 0) {
            throw new UserException("vae encode_tile must be a multiple of the " + token
                    + " pixels that are normalised together, or 0 for whole pictures, got " + encodeTile);
        }
    }

    /** Width of a level, 0 being the finest. */
    public int width(int level) {
        return ch * chMult.get(level);
    }

    /** Number of levels. */
    public int levels() {
        return chMult.size();
    }

    /** Pixels per latent cell in each direction. */
    public int downsampling() {
        return 1 << (levels() - 1);
    }

    /**
     * Reads {@code config.json} of the image tokenizer's folder.
     *
     * <p>A {@code psz} of {@code null} is read as 1, and only without normalisation, where it has no effect; with it the
     * code generations disagree. {@code scaling_factor}, {@code shift_factor}, {@code deterministic}, {@code encoder_norm} and {@code psz} must
     * be there: the published code generations disagree on their defaults, and a wrong one gives plausible but wrong
     * latents.
     *
     * @throws UserException if the file is missing or malformed
     */
    public static VaeConfig read(Path dir) {
        Path file = dir.resolve(ModelConfigReader.FILE);
        if (!Files.isRegularFile(file)) {
            throw new UserException("Missing file " + file + ": the image tokenizer cannot be used without it");
        }
        JsonObjectFile json = JsonObjectFile.read(file);
        if (!json.node().has("psz")) {
            throw new UserException(json.where() + " has no 'psz' (the released image tokenizer has 2)");
        }
        boolean encoderNorm = json.flag("encoder_norm");
        if (encoderNorm && !json.has("psz")) {
            throw new UserException(json.where()
                    + ": encoder_norm needs a 'psz' that is not null (the released image tokenizer has 2)");
        }
        return new VaeConfig(
                json.integer("resolution", 256),
                json.integer("in_channels", 3),
                json.integer("out_ch", 3),
                json.integer("ch", 128),
                json.integers("ch_mult", List.of(1, 2, 4, 4)),
                json.integer("num_res_blocks", 2),
                json.integer("z_channels", 16),
                json.number("scaling_factor"),
                json.number("shift_factor"),
                json.flag("deterministic"),
                encoderNorm,
                json.integer("psz", 1),
                json.integer("encode_tile", 0));
    }

    /**
     * Writes {@code config.json} into the image tokenizer's folder.
     *
     * @throws UserException if the file cannot be written
     */
    public void write(Path dir) {
        ObjectNode json = JsonObjectFile.newObject();
        json.put("resolution", resolution);
        json.put("in_channels", inChannels);
        json.put("out_ch", outCh);
        json.put("ch", ch);
        ArrayNode list = json.putArray("ch_mult");
        chMult.forEach(list::add);
        json.put("num_res_blocks", numResBlocks);
        json.put("z_channels", zChannels);
        json.put("scaling_factor", scalingFactor);
        json.put("shift_factor", shiftFactor);
        json.put("deterministic", deterministic);
        json.put("encoder_norm", encoderNorm);
        json.put("psz", psz);
        if (encodeTile > 0) {
            json.put("encode_tile", encodeTile);
        }
        JsonObjectFile.write(dir.resolve(ModelConfigReader.FILE), json);
    }
}
