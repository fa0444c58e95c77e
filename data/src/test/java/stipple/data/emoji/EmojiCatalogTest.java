package stipple.data.emoji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.packages.NpmPackage;

class EmojiCatalogTest {
    @TempDir
    Path folder;

    @Test
    void code_points_are_found_in_every_spelling() {
        EmojiCatalog catalog = EmojiCatalog.read(new FakePackages(folder).fetch(NpmPackage.EMOJIBASE));
        for (String spelling : new String[] {"0035-FE0F-20E3", "35-20e3", "0035_20e3"}) {
            assertEquals("keycap: 5", catalog.byCodepoints(spelling).label(), spelling);
        }
        assertEquals("component", catalog.byCodepoints("1f1e6").group());
        assertEquals(8, catalog.entries().size());
    }

    @Test
    void slugs_are_those_of_the_icon_sets() {
        assertEquals("pinata", EmojiCatalog.slug("piñata"));
        assertEquals("womans-boot", EmojiCatalog.slug("woman’s boot"));
        assertEquals("a-button-blood-type", EmojiCatalog.slug("A button (blood type)"));
        assertEquals("up-exclamation-button", EmojiCatalog.slug("UP! button"));
        assertEquals("japanese-here-button", EmojiCatalog.slug("Japanese “here” button"));
        assertEquals("kiss-woman-man-light-skin-tone", EmojiCatalog.slug("kiss: woman, man, light skin tone"));
    }

    @Test
    void a_package_without_the_data_is_refused() {
        Path tgz = folder.resolve("x.tgz");
        FakePackages.write(tgz, Map.of("package.json", new byte[] {'{', '}'}));
        DataException e = assertThrows(DataException.class, () -> EmojiCatalog.read(tgz));
        assertTrue(e.getMessage().contains("en/data.json"), e.getMessage());
    }
}
