package stipple.eval.composition;

import java.util.Optional;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.pixels.Pixels;

/**
 * Finds the objects of the composition domain in a picture of any size from 48 pixels: connected pieces on a plain ground,
 * named by their silhouette and by the nearest colour of the palette. It learns nothing, so it cannot be fooled by a model
 * trained against a judge of its own kind, and the same picture always gets the same answer.
 */
public final class Detector {
    /** Farthest distance from a palette colour that still has its name, in levels. */
    private static final double COLOUR_REACH = 75;

    /** The same for grounds, which lie closer together. */
    private static final double GROUND_REACH = 40;

    /** Share of the frame that must be one colour for a plain ground. */
    private static final double PLAIN = 0.8;

    private Detector() {}

    /** Everything that is on the picture. */
    public static Detected detect(Pixels picture) {
        Segmentation segmentation = new Segmentation(picture);
        double longer = Math.max(picture.width(), picture.height());
        var objects = segmentation.regions().stream()
                .map(region -> {
                    Silhouettes.Match match = Silhouettes.best(segmentation, region);
                    return new Detection(
                            Optional.of(match.shape()).filter(shape -> match.overlap() >= Silhouettes.LEAST_MATCH),
                            Rgb.nearest(region.rgb(), Colour.values(), Colour::rgb, COLOUR_REACH),
                            match.overlap(),
                            (region.left() + region.right()) / 2.0 / picture.width(),
                            (region.top() + region.bottom()) / 2.0 / picture.height(),
                            region.longerSide() / longer);
                })
                .toList();
        var ground = Rgb.nearest(segmentation.ground(), Ground.values(), Ground::rgb, GROUND_REACH)
                .filter(g -> segmentation.evenness() >= PLAIN);
        return new Detected(ground, objects);
    }
}
