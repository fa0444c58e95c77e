package stipple.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.data.emoji.EmojiNames;

class GlossesTest {
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
    void an_emoji_is_named_in_chinese_alone_and_beside_the_english_name() {
        EmojiNames.Name apple =
                new EmojiNames.Name("red apple", "a red apple", "红苹果", List.of("fruit"), List.of("水果", "苹果"), "1f34e");
        assertEquals("红苹果：水果、苹果。", TextBuilder.chinese(apple));
        assertEquals("a red apple (红苹果): fruit", TextBuilder.both(apple));
    }
}
