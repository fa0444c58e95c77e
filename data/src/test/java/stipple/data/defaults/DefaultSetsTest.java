package stipple.data.defaults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.build.Credit;
import stipple.data.build.SetSummary;
import stipple.data.build.TrainingLicences;
import stipple.data.emoji.FakePackages;
import stipple.data.inspect.DataInspection;
import stipple.data.packages.FakeDeb;
import stipple.data.packages.NpmPackage;
import stipple.data.shards.ShardSet;
import stipple.data.words.FakeWordPackages;

class DefaultSetsTest {
    private static final String DOG = "02086723 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 001 @ 02085998 n 0000 |"
            + " a member of the genus Canis; \"the dog barked all night\"  ";

    @Test
    void all_sets_are_built_once_and_a_second_run_builds_only_what_is_missing(@TempDir Path folder) throws IOException {
        DefaultSets.Options options = options(folder, DefaultSets.names());
        List<DefaultSets.Outcome> first = new ArrayList<>();
        DefaultSets.build(options, p -> {}, first::add);
        assertEquals(
                DefaultSets.names(),
                first.stream().map(DefaultSets.Outcome::name).toList());
        assertTrue(first.stream().allMatch(o -> o.report().isPresent()));
        for (DefaultSets.Outcome outcome : first) {
            ShardSet set = ShardSet.open(outcome.folder(), "");
            DataInspection found = DataInspection.of(set, DataInspection.Options.DEFAULT);
            assertEquals(set.size(), found.usable(), outcome.name());
            assertTrue(Files.exists(outcome.folder().resolve("CARD.md")));
        }
        Files.delete(folder.resolve("default/text/index.json"));
        List<String> again = new ArrayList<>();
        DefaultSets.build(options, p -> {}, o -> o.report().ifPresent(r -> again.add(o.name())));
        assertEquals(List.of("text"), again);
    }

    @Test
    void one_card_counts_all_sets_by_source_and_licence_and_says_the_rule(@TempDir Path folder) throws IOException {
        DefaultSets.build(options(folder, List.of("emoji", "words")), p -> {}, o -> {});
        DefaultSets.build(options(folder, List.of("text", "clipart")), p -> {}, o -> {});
        String card = Files.readString(folder.resolve("default/CARD.md"));
        SetSummary words = SetSummary.read(folder.resolve("default/words"));
        assertEquals(20, words.families().get("train"));
        assertTrue(card.contains("| words | pair | 20 | 1 unseen_font, 1 unseen_word |"), card);
        assertTrue(card.contains("| text | text |"), card);
        assertFalse(card.contains("| icons |"), "a set that was not built");
        assertTrue(card.contains("| emojibase-data@17.0.0 | MIT | Miles Johnson | emoji, text, words | 6 |"), card);
        assertTrue(card.contains("| openclipart-svg=1:0.18+dfsg-19 | CC-PDDC |"), card);
        assertTrue(card.contains("Apache-2.0, CC-PDDC, CC0-1.0"), card);
    }

    @Test
    void an_unknown_set_and_a_source_that_asks_for_more_than_notices_are_refused(@TempDir Path folder) {
        assertThrows(DataException.class, () -> options(folder, List.of("emojis")));
        String message = assertThrows(
                        DataException.class,
                        () -> TrainingLicences.require(
                                "x", List.of(new Credit("fine", "MIT", "a"), new Credit("twemoji", "CC-BY-4.0", "b"))))
                .getMessage();
        assertTrue(message.contains("twemoji (CC-BY-4.0)") && !message.contains("fine"), message);
    }

    private static DefaultSets.Options options(Path folder, List<String> only) throws IOException {
        Path packages = Files.createDirectories(folder.resolve("packages"));
        FakePackages emoji = new FakePackages(packages);
        FakeWordPackages words = new FakeWordPackages(packages);
        return new DefaultSets.Options(
                folder.resolve("default"),
                only,
                32,
                20,
                5,
                20,
                2,
                wanted -> {
                    if (wanted.name().startsWith("@fontsource/")) {
                        return words.fetch(wanted);
                    }
                    return wanted.equals(NpmPackage.WORDNET) ? wordNet(folder) : emoji.fetch(wanted);
                },
                wanted -> FakeDeb.write(
                        folder.resolve("a.deb"),
                        Map.of(
                                "usr/share/openclipart/svg/animals/cow.svg",
                                FakePackages.utf8(
                                        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:dc='d' xmlns:cc='c' xmlns:rdf='r'"
                                                + " width='9' height='9'><dc:title>cow</dc:title><cc:license"
                                                + " rdf:resource=\"x/PublicDomain\"/><rect width='9' height='9'/></svg>"))));
    }

    private static Path wordNet(Path folder) {
        Path tgz = folder.resolve("wordnet.tgz");
        Map<String, byte[]> files = new TreeMap<>();
        for (String part : List.of("verb", "adj", "adv")) {
            files.put("dict/index." + part, new byte[0]);
            files.put("dict/data." + part, new byte[0]);
        }
        files.put("package.json", FakePackages.utf8("{}"));
        files.put("dict/index.noun", FakePackages.utf8(FakeWordPackages.nouns()));
        files.put(
                "dict/data.noun",
                FakePackages.utf8(DOG + "\n" + DOG.replace("dog", "cat").replace("020", "021")));
        FakePackages.write(tgz, files);
        return tgz;
    }
}
