package stipple.data.emoji;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.packages.TgzArchive;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.data.svg.IconSet;
import stipple.data.svg.SvgRenderer;

/** The pictures of one style, by code points. Drawing is safe on many threads. */
sealed interface PictureSource {
    /** The emoji that have a picture: normalised code points to the picture's name in its package. */
    Map<String, String> names();

    /** The picture of that name as a white square. */
    Pixels draw(String name, int size);

    /** The SVG icons of an Iconify set. */
    record Icons(IconSet set, Map<String, String> names) implements PictureSource {
        @Override
        public Pixels draw(String name, int size) {
            return SvgRenderer.render(set.svg(name), size, name);
        }
    }

    /** Files of a package, SVG or WebP. */
    record Files(Map<String, byte[]> files, Map<String, String> names) implements PictureSource {
        @Override
        public Pixels draw(String name, int size) {
            return name.endsWith(".svg")
                    ? SvgRenderer.render(files.get(name), size, name)
                    : Resampler.fitOnWhite(PixelReader.read(files.get(name), name), size, Resampler.Filter.BICUBIC);
        }
    }

    /**
     * The icons of a set that the catalogue knows. Names come from the set's own chars.json, then from a sister set's
     * (the same names are drawn in several styles), then from the label's slug.
     */
    static PictureSource icons(EmojiCatalog catalog, IconSet set, IconSet sister) {
        Map<String, String> ownNames = byCodepoints(set);
        Map<String, String> sisterNames = byCodepoints(sister);
        Map<String, String> names = new TreeMap<>();
        for (EmojiEntry entry : catalog.entries()) {
            String codepoints = entry.codepoints();
            String own = ownNames.get(codepoints);
            String shared = sisterNames.get(codepoints);
            String slug = EmojiCatalog.slug(entry.label());
            String plainSlug = EmojiCatalog.slug(entry.label().replace("!", ""));
            if (own != null && set.has(own)) {
                names.put(codepoints, own);
            } else if (shared != null && set.has(shared)) {
                names.put(codepoints, shared);
            } else if (set.has(slug)) {
                names.put(codepoints, slug);
            } else if (set.has(plainSlug)) {
                names.put(codepoints, plainSlug);
            } else if (slug.startsWith("flag-") && set.has("flag-for-" + slug.substring("flag-".length()))) {
                names.put(codepoints, "flag-for-" + slug.substring("flag-".length()));
            }
        }
        return new Icons(set, names);
    }

    private static Map<String, String> byCodepoints(IconSet set) {
        Map<String, String> names = new HashMap<>();
        set.nameByCodepoints().forEach((codepoints, name) -> names.put(EmojiCatalog.normalise(codepoints), name));
        return names;
    }

    /** The files {@code FOLDER CODEPOINTS EXTENSION} of a package that the catalogue knows. */
    static PictureSource files(EmojiCatalog catalog, Path tgz, String folder, String extension) {
        Map<String, byte[]> files = TgzArchive.read(tgz, p -> p.startsWith(folder) && p.endsWith(extension));
        Map<String, String> names = new HashMap<>();
        for (String path : files.keySet()) { // sorted, so the first of two spellings wins every time
            String stem = path.substring(folder.length(), path.length() - extension.length());
            EmojiEntry entry = catalog.byCodepoints(stem);
            if (entry != null) {
                names.putIfAbsent(entry.codepoints(), path);
            }
        }
        return new Files(files, new TreeMap<>(names));
    }
}
