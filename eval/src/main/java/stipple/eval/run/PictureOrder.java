package stipple.eval.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import stipple.model.files.Sha256;
import stipple.model.image.PixelImage;

/**
 * A picture to draw.
 *
 * @param id name of its prompt
 * @param prompt what is asked for; for an edit, the instruction
 * @param seed its seed
 * @param file its file, seen from the run's folder
 * @param input the picture to edit, or null
 */
public record PictureOrder(String id, String prompt, long seed, String file, PixelImage input) {
    private static final int DIGEST_BYTES = 8;

    /** A picture in the usual place: a folder of its prompt, whose id must be fit for one. */
    public PictureOrder(String id, String prompt, long seed) {
        this(id, prompt, seed, "pictures/" + id + "/" + seed + ".png");
    }

    /** A picture in a place of its own. */
    public PictureOrder(String id, String prompt, long seed, String file) {
        this(id, prompt, seed, file, null);
    }

    /** Pictures of a prompt with seeds 1, 2, …, in the usual place. */
    public static List<PictureOrder> of(String id, String prompt, int seeds) {
        return LongStream.rangeClosed(1, seeds)
                .mapToObj(seed -> new PictureOrder(id, prompt, seed))
                .toList();
    }

    /** The same as an edit of a picture of the size to draw. */
    public PictureOrder editing(PixelImage picture) {
        return new PictureOrder(id, prompt, seed, file, picture);
    }

    /** Tells orders of one file apart: the start of a hash of everything that is asked for. */
    String digest() {
        MessageDigest digest = Sha256.digest();
        digest.update((seed + "\n" + prompt).getBytes(StandardCharsets.UTF_8));
        if (input != null) {
            digest.update(("\n" + input.width() + "x" + input.height() + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(input.rgb());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
    }
}
