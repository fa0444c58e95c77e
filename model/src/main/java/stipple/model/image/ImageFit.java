package stipple.model.image;

/** Brings images to the sizes a model takes (reference §3.4). */
public final class ImageFit {
    private ImageFit() {}

    /** Scales the image to cover the size and cuts the centre out; nothing is distorted. */
    public static PixelImage crop(PixelImage image, ImageSize size) {
        double scale = Math.max((double) size.height() / image.height(), (double) size.width() / image.width());
        int width = Math.max(size.width(), (int) Math.rint(image.width() * scale));
        int height = Math.max(size.height(), (int) Math.rint(image.height() * scale));
        return centre(LanczosResize.resize(image, width, height), size);
    }

    /** Scales the image to exactly the size, whatever that does to its proportions. */
    public static PixelImage stretch(PixelImage image, ImageSize size) {
        return LanczosResize.resize(image, size.width(), size.height());
    }

    private static PixelImage centre(PixelImage image, ImageSize size) {
        if (image.size().equals(size)) {
            return image;
        }
        int left = (image.width() - size.width()) / 2;
        int top = (image.height() - size.height()) / 2;
        int row = size.width() * PixelImage.CHANNELS;
        byte[] rgb = new byte[size.height() * row];
        for (int y = 0; y < size.height(); y++) {
            int from = ((top + y) * image.width() + left) * PixelImage.CHANNELS;
            System.arraycopy(image.rgb(), from, rgb, y * row, row);
        }
        return new PixelImage(size.width(), size.height(), rgb);
    }
}
