package stipple.train.board;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Values of one step for TensorBoard, each under a tag; a slash in a tag makes a group. */
public final class Summary {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int RGB = 3;

    private final Proto proto = new Proto();

    /** One number. */
    public Summary scalar(String tag, double value) {
        proto.message(1, new Proto().text(1, tag).single(2, (float) value));
        return this;
    }

    /**
     * A picture.
     *
     * @param png an RGB picture as PNG
     */
    public Summary image(String tag, byte[] png) {
        if (png.length < 24 || !Arrays.equals(png, 0, PNG.length, PNG, 0, PNG.length)) {
            throw new IllegalArgumentException("Not a PNG");
        }
        ByteBuffer header = ByteBuffer.wrap(png);
        Proto image = new Proto()
                .integer(1, header.getInt(20))
                .integer(2, header.getInt(16))
                .integer(3, RGB)
                .bytes(4, png);
        proto.message(1, new Proto().text(1, tag).message(4, image));
        return this;
    }

    /** A distribution. */
    public Summary histogram(String tag, Histogram histogram) {
        proto.message(1, new Proto().text(1, tag).message(5, histogram.proto()));
        return this;
    }

    Proto proto() {
        return proto;
    }
}
