package stipple.data.pixels;

/** A picture's size as it should be seen, in pixels. */
public record PixelSize(int width, int height) {
    /** Pixels in all. */
    public long area() {
        return (long) width * height;
    }

    /** The longer side over the shorter one, 1 for a square. */
    public double aspect() {
        return (double) Math.max(width, height) / Math.min(width, height);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
