package stipple.eval.run;

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
    /** A picture in the usual place: a folder of its prompt, whose id must be fit for one. */
    public PictureOrder(String id, String prompt, long seed) {
        this(id, prompt, seed, "pictures/" + id + "/" + seed + ".png");
    }

    /** A picture in a place of its own. */
    public PictureOrder(String id, String prompt, long seed, String file) {
        this(id, prompt, seed, file, null);
    }

    /** The same as an edit of a picture of the size to draw. */
    public PictureOrder editing(PixelImage picture) {
        return new PictureOrder(id, prompt, seed, file, picture);
    }
}
