package stipple.eval.shortcuts;

/**
 * What one variant gave.
 *
 * @param name the variant
 * @param evaluations evaluations of the head per token
 * @param usual how close its pictures are to those of the usual number of steps
 * @param exact how close they are to those of so many steps that more would change nothing
 */
public record ShortcutResult(String name, double evaluations, Closeness usual, Closeness exact) {
    /**
     * How close pictures are to others drawn from the same noise, means over all of them.
     *
     * @param psnr in dB, of the mean squared error over all pictures; infinite for equal ones
     * @param ssim structural similarity, 1 for equal ones
     */
    public record Closeness(double psnr, double ssim) {}
}
