package stipple.data.words;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static stipple.data.emoji.FakePackages.utf8;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.emoji.FakePackages;

class WordListTest {
    @Test
    void everyday_words_stay_and_rare_long_joined_and_unwanted_ones_go(@TempDir Path folder) {
        Map<String, byte[]> files = new TreeMap<>();
        for (String part : List.of("verb", "adj", "adv")) {
            files.put("dict/index." + part, utf8(""));
            files.put("dict/data." + part, utf8(""));
        }
        files.put("dict/index.noun", utf8("""
                  1 This software and database
                dog n 7 5 @ ~ #m + ; 7 2 02086723 10133978
                quoin n 2 1 @ 2 1 02086723 02086724
                pizza n 1 1 @ 1 0 07889783
                elephants n 2 1 @ 2 2 02086723 02086724
                hot_dog n 2 1 @ 2 2 02086723 02086724
                rude n 2 1 @ 2 2 02086723 00000001
                bird n 2 1 @ 2 2 02086723 00000001
                drop n 1 1 @ 1 0 00000001
                love n 2 1 @ 2 2 02086723 00000002
                lust n 2 1 @ 2 2 00000002 02086723
                """));
        files.put("dict/data.noun", utf8("""
                02086723 05 n 01 dog 0 001 @ 02085998 n 0000 | a member of the genus Canis
                00000001 05 n 02 rude 0 crude 1 001 @ 02085998 n 0000 | (vulgar) a bad word
                00000002 05 n 01 lust 0 001 @ 02085998 n 0000 | sexual desire
                """));
        Path wordNet = folder.resolve("wordnet.tgz");
        FakePackages.write(wordNet, files);
        Path emoji = folder.resolve("emoji.tgz");
        FakePackages.write(
                emoji, Map.of("en/data.json", utf8("[{\"tags\":[\"pizza\",\"cheese\",\"bird\",\"drop\"]}]")));
        assertEquals(List.of("bird", "dog", "love", "pizza"), WordList.read(wordNet, emoji));
    }
}
