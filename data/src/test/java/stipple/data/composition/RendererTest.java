package stipple.data.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.geom.Area;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stipple.data.pixels.Pixels;

class RendererTest {
    private static final int SIZE = 128;

    private static int distance(Pixels picture, int x, int y, int rgb) {
        int far = 0;
        for (int c = 0; c < 3; c++) {
            far = Math.max(far, Math.abs(picture.at(x, y, c) - (rgb >> (16 - 8 * c) & 0xff)));
        }
        return far;
    }

    @Test
    void every_pixel_inside_a_shape_has_its_colour_and_the_rest_is_ground() {
        SceneGenerator generator = new SceneGenerator(1);
        for (long i = 0; i < 60; i++) {
            Scene scene = generator.train(i).scene();
            Pixels picture = Renderer.draw(scene, SIZE);
            List<Area> outlines = scene.objects().stream()
                    .map(o -> {
                        java.awt.geom.AffineTransform place =
                                java.awt.geom.AffineTransform.getTranslateInstance(o.x() * SIZE, o.y() * SIZE);
                        place.scale(o.size() * SIZE / 2, o.size() * SIZE / 2);
                        return o.shape().outline().createTransformedArea(place);
                    })
                    .toList();
            int checked = 0;
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    int rgb = scene.ground().rgb();
                    boolean edge = false;
                    for (int k = 0; k < outlines.size(); k++) {
                        boolean inside = outlines.get(k).contains(x - 0.3, y - 0.3, 1.6, 1.6);
                        edge |= !inside && outlines.get(k).intersects(x - 0.3, y - 0.3, 1.6, 1.6);
                        rgb = inside ? scene.objects().get(k).rgb() : rgb;
                        checked += inside ? 1 : 0;
                    }
                    if (!edge) {
                        assertTrue(distance(picture, x, y, rgb) <= 1, "scene " + i + " at " + x + "," + y);
                    }
                }
            }
            assertTrue(checked > 100, "objects of scene " + i + " are hardly there");
        }
    }

    @Test
    void drawn_colours_stay_nearest_to_their_own_name() {
        SceneGenerator generator = new SceneGenerator(5);
        for (long i = 0; i < 500; i++) {
            for (SceneObject object : generator.train(i).scene().objects()) {
                Colour nearest = null;
                int best = Integer.MAX_VALUE;
                for (Colour colour : Colour.values()) {
                    int d = 0;
                    for (int shift = 0; shift < 24; shift += 8) {
                        int channel = (colour.rgb() >> shift & 0xff) - (object.rgb() >> shift & 0xff);
                        d += channel * channel;
                    }
                    if (d < best) {
                        best = d;
                        nearest = colour;
                    }
                }
                assertEquals(object.colour(), nearest);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void a_shape_is_one_connected_piece_that_fills_its_square(Shape shape) {
        SceneObject object = new SceneObject(shape, Colour.BLACK, 0x1c1c1c, 0.5, 0.5, 0.3);
        Pixels picture = Renderer.draw(new Scene(Ground.WHITE, List.of(object)), SIZE);
        assertEquals(1, pieces(picture), shape.word());
        var bounds = shape.outline().getBounds2D();
        assertEquals(2, Math.max(bounds.getWidth(), bounds.getHeight()), 1e-3);
        assertEquals(0, bounds.getCenterX(), 1e-3);
        assertEquals(0, bounds.getCenterY(), 1e-3);
    }

    private static int pieces(Pixels picture) {
        boolean[] seen = new boolean[SIZE * SIZE];
        int pieces = 0;
        int[] stack = new int[SIZE * SIZE];
        for (int start = 0; start < seen.length; start++) {
            if (seen[start] || picture.at(start % SIZE, start / SIZE, 0) > 128) {
                continue;
            }
            pieces++;
            int top = 0;
            stack[top++] = start;
            seen[start] = true;
            while (top > 0) {
                int at = stack[--top];
                for (int step : new int[] {-1, 1, -SIZE, SIZE, -SIZE - 1, 1 - SIZE, SIZE - 1, SIZE + 1}) {
                    int next = at + step;
                    if (!seen[next] && picture.at(next % SIZE, next / SIZE, 0) <= 128) {
                        seen[next] = true;
                        stack[top++] = next;
                    }
                }
            }
        }
        return pieces;
    }

    @Test
    void objects_lie_inside_and_apart_and_pairs_have_a_plain_relation() {
        SceneGenerator generator = new SceneGenerator(9);
        for (long i = 0; i < 2000; i++) {
            List<SceneObject> objects = generator.train(i).scene().objects();
            for (int a = 0; a < objects.size(); a++) {
                SceneObject o = objects.get(a);
                assertTrue(o.x() - o.size() / 2 > 0 && o.x() + o.size() / 2 < 1);
                assertTrue(o.y() - o.size() / 2 > 0 && o.y() + o.size() / 2 < 1);
            }
            if (objects.size() == 2 && objects.get(0).shape() != objects.get(1).shape()) {
                double dx = Math.abs(objects.get(0).x() - objects.get(1).x());
                double dy = Math.abs(objects.get(0).y() - objects.get(1).y());
                assertTrue(Math.max(dx, dy) > 1.5 * Math.min(dx, dy), "scene " + i);
            }
        }
    }

    @Test
    void a_scene_survives_its_json() {
        SceneGenerator generator = new SceneGenerator(2);
        for (long i = 0; i < 50; i++) {
            Scene scene = generator.train(i).scene();
            JsonNode json = scene.json();
            assertEquals(scene, Scene.of(json));
        }
    }
}
