package stipple.eval.run;

/**
 * A picture to draw.
 *
 * @param id name of its prompt, fit for a folder
 * @param prompt what is asked for
 * @param seed its seed
 */
public record PictureOrder(String id, String prompt, long seed) {
    /** Its file, seen from the run's folder. */
    public String file() {
        return "pictures/" + id + "/" + seed + ".png";
    }
}
