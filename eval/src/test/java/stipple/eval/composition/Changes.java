package stipple.eval.composition;

import stipple.data.pixels.Pixels;

/** What may happen to a picture on its way to the judge. */
final class Changes {
    private Changes() {}

    /** The mean over squares of {@code 2 * radius + 1} pixels. */
    static Pixels blurred(Pixels p, int radius) {
        byte[] out = new byte[p.rgb().length];
        for (int i = 0; i < out.length; i++) {
            int x = i / 3 % p.width();
            int y = i / 3 / p.width();
            int sum = 0;
            for (int dy = -radius; dy <= radius; dy++) {
                for (int dx = -radius; dx <= radius; dx++) {
                    sum += p.at(Math.clamp(x + dx, 0, p.width() - 1), Math.clamp(y + dy, 0, p.height() - 1), i % 3);
                }
            }
            out[i] = (byte) (sum / ((2 * radius + 1) * (2 * radius + 1)));
        }
        return new Pixels(p.width(), p.height(), out);
    }

    /** Deterministic noise of up to so many levels on every channel. */
    static Pixels noisy(Pixels p, int levels) {
        byte[] out = new byte[p.rgb().length];
        for (int i = 0; i < out.length; i++) {
            int noise = Math.floorMod((i * 0x9e3779b9) >>> 7, 2 * levels + 1) - levels;
            out[i] = (byte) Math.clamp(Byte.toUnsignedInt(p.rgb()[i]) + noise, 0, 255);
        }
        return new Pixels(p.width(), p.height(), out);
    }
}
