package stipple.data.emoji;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import stipple.data.DataException;
import stipple.data.build.BuildProgress;
import stipple.data.build.CreditFiles;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;
import stipple.data.pixels.Pixels;
import stipple.data.svg.IconSet;

/** The catalogue and the pictures of the chosen styles, read from their packages. Drawing is safe on many threads. */
public final class EmojiCollection {
    private final EmojiCatalog catalog;
    private final Map<EmojiStyle, PictureSource> pictures;
    private final Map<NpmPackage, Path> archives;

    private EmojiCollection(
            EmojiCatalog catalog, Map<EmojiStyle, PictureSource> pictures, Map<NpmPackage, Path> archives) {
        this.catalog = catalog;
        this.pictures = pictures;
        this.archives = archives;
    }

    /** Fetches and reads what the styles need. */
    public static EmojiCollection open(
            List<EmojiStyle> styles, PackageSource packages, Consumer<BuildProgress> progress) {
        Map<NpmPackage, Path> archives = fetch(styles, packages, progress);
        EmojiCatalog catalog = EmojiCatalog.read(archives.get(NpmPackage.EMOJIBASE));
        IconSet flat = IconSet.read(archives.get(EmojiStyle.FLAT.source()));
        IconSet noto = IconSet.read(archives.get(EmojiStyle.NOTO.source()));
        Map<EmojiStyle, PictureSource> pictures = new EnumMap<>(EmojiStyle.class);
        for (EmojiStyle style : EmojiStyle.values()) {
            if (styles.contains(style)) {
                progress.accept(new BuildProgress("read " + style.id(), pictures.size(), styles.size()));
                pictures.put(style, read(style, catalog, archives.get(style.source()), flat, noto));
            }
        }
        return new EmojiCollection(catalog, pictures, archives);
    }

    private static PictureSource read(
            EmojiStyle style, EmojiCatalog catalog, Path archive, IconSet flat, IconSet noto) {
        return switch (style) {
            case THREE_D -> PictureSource.files(catalog, archive, "assets/", ".webp");
            case OPENMOJI -> PictureSource.files(catalog, archive, "color/svg/", ".svg");
            case OPENMOJI_BLACK -> PictureSource.files(catalog, archive, "black/svg/", ".svg");
            case TWEMOJI -> PictureSource.files(catalog, archive, "dist/svg/", ".svg");
            case FLAT -> PictureSource.icons(catalog, flat, flat);
            case NOTO -> PictureSource.icons(catalog, noto, noto);
            case NOTO_V1, EMOJIONE, EMOJIONE_MONO -> PictureSource.icons(catalog, IconSet.read(archive), noto);
            case GRADIENT, HIGH_CONTRAST -> PictureSource.icons(catalog, IconSet.read(archive), flat);
        };
    }

    private static Map<NpmPackage, Path> fetch(
            List<EmojiStyle> styles, PackageSource packages, Consumer<BuildProgress> progress) {
        Set<NpmPackage> needed = new LinkedHashSet<>(List.of(NpmPackage.EMOJIBASE));
        for (EmojiStyle style : EmojiStyle.values()) {
            boolean lendsNames = style == EmojiStyle.FLAT || style == EmojiStyle.NOTO;
            if (lendsNames || styles.contains(style)) {
                needed.add(style.source());
            }
        }
        Map<NpmPackage, Path> archives = new LinkedHashMap<>();
        for (NpmPackage npmPackage : needed) {
            progress.accept(new BuildProgress("fetch " + npmPackage.spec(), archives.size(), needed.size()));
            Path file = packages.fetch(npmPackage);
            if (!Files.isReadable(file)) {
                throw new DataException("the archive of " + npmPackage.spec() + " is not readable at " + file);
            }
            archives.put(npmPackage, file);
        }
        return archives;
    }

    EmojiCatalog catalog() {
        return catalog;
    }

    /** True if the style has a picture of the emoji (normalised code points). */
    boolean has(String codepoints, EmojiStyle style) {
        PictureSource source = pictures.get(style);
        return source != null && source.names().containsKey(codepoints);
    }

    /** The picture of an emoji as a white square. */
    Pixels draw(String codepoints, EmojiStyle style, int size) {
        PictureSource source = pictures.get(style);
        return source.draw(source.names().get(codepoints), size);
    }

    /** The styles in the order of the enum. */
    List<EmojiStyle> styles() {
        return List.copyOf(pictures.keySet());
    }

    /** Credits of all packages, those that lend only names too. */
    List<CreditFiles> credits() {
        List<CreditFiles> credits = new ArrayList<>();
        archives.forEach((npmPackage, archive) -> credits.add(npmPackage.credit(archive)));
        return credits;
    }
}
