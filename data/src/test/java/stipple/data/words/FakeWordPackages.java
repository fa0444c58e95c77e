package stipple.data.words;

import static stipple.data.emoji.FakePackages.utf8;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.emoji.FakePackages;
import stipple.data.fonts.FakeFont;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;

/** A small dictionary, some keywords, and every font as the same boxes. */
public final class FakeWordPackages implements PackageSource {
    private final Path folder;
    private final String licence;

    /** Archives that are written into this folder. */
    public FakeWordPackages(Path folder) {
        this(folder, "");
    }

    private FakeWordPackages(Path folder, String licence) {
        this.folder = folder;
        this.licence = licence;
    }

    /** The same with another licence in the fonts' metadata. */
    FakeWordPackages withLicence(String other) {
        return new FakeWordPackages(folder, other);
    }

    /** The nouns of a dictionary with several words of every length, for training and for the test. */
    public static String nouns() {
        StringBuilder index = new StringBuilder("  1 This software and database\n");
        for (int length = 2; length <= 8; length++) {
            for (int i = 0; i < 120; i++) {
                String word = Integer.toString(i * 7919 + 100_000_000, 26);
                StringBuilder letters = new StringBuilder();
                for (int k = 0; k < word.length(); k++) {
                    letters.append((char) ('a' + Character.digit(word.charAt(k), 26)));
                }
                index.append(letters.reverse(), 0, Math.min(length, letters.length()))
                        .append("a".repeat(Math.max(0, length - letters.length())))
                        .append(" n 2 1 @ 2 2 00000001 00000002\n");
            }
        }
        return index.toString();
    }

    @Override
    public Path fetch(NpmPackage wanted) {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("package.json", utf8("{}"));
        files.put("LICENSE", utf8("the licence"));
        if (wanted.equals(NpmPackage.WORDNET)) {
            for (String part : new String[] {"noun", "verb", "adj", "adv"}) {
                files.put("dict/index." + part, utf8(part.equals("noun") ? nouns() : ""));
                files.put("dict/data." + part, utf8(""));
            }
        } else if (wanted.equals(NpmPackage.EMOJIBASE)) {
            files.put("en/data.json", utf8("[{\"tags\":[\"pizza\"]}]"));
        } else {
            files.put(
                    "metadata.json",
                    utf8("{\"license\":{\"type\":\"" + (licence.isEmpty() ? wanted.licence() : licence)
                            + "\",\"attribution\":\"Copyright 2020 The Fake Authors (https://fake)\"}}"));
            Typeface.ALL.stream()
                    .filter(face -> face.source().equals(wanted))
                    .forEach(face -> files.put(face.file(), FakeFont.woff()));
        }
        Path tgz = folder.resolve(wanted.fileName());
        FakePackages.write(tgz, files);
        return tgz;
    }
}
