package stipple.eval.run;

/**
 * A picture to draw.
 *
 * @param id name of its prompt
 * @param prompt what is asked for
 * @param seed its seed
 * @param file its file, seen from the run's folder
 */
public record PictureOrder(String id, String prompt, long seed, String file) {
    /** A picture in the usual place: a folder of its prompt, whose id must be fit for one. */
    public PictureOrder(String id, String prompt, long seed) {
        this(id, prompt, seed, "pictures/" + id + "/" + seed + ".png");
    }
}
