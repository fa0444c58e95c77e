package stipple.data.emoji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.packages.NpmPackage;

class EmojiNamesTest {
    @Test
    void an_emoji_is_found_by_code_points_and_by_its_name_however_written(@TempDir Path folder) {
        EmojiNames names = EmojiNames.read(new FakePackages(folder).fetch(NpmPackage.EMOJIBASE));
        EmojiNames.Name apple = names.ofSlug("red-apple").orElseThrow();
        assertEquals("a red apple", apple.phrase());
        assertEquals("红苹果", apple.chinese());
        assertEquals(Optional.of(apple), names.ofCodepoints("1F34E"));
        assertEquals(Optional.of(apple), names.ofSqueezed("redapple"));
        assertEquals(Optional.empty(), names.ofSlug("red"));
        assertEquals(Optional.empty(), names.flag("zz"));
        assertEquals(List.of("水果"), apple.chineseTags());
        assertEquals(7, names.all().size(), "without skin tones");
    }

    @Test
    void what_the_emoji_set_holds_out_is_held_out_in_other_sets_of_the_same_drawings() {
        EmojiStyle noto = EmojiNames.style("noto").orElseThrow();
        assertEquals(EmojiStyle.NOTO, noto);
        assertEquals(Optional.of(EmojiStyle.TWEMOJI), EmojiNames.style("twemoji"));
        assertFalse(EmojiNames.style("plump").isPresent());
        EmojiNames.Name pair = first(SplitRule.UNSEEN_PAIR, noto);
        assertTrue(EmojiNames.isHeldOut(pair, Optional.of(noto)));
        assertFalse(EmojiNames.isHeldOut(pair, Optional.empty()), "the emoji is known in other styles");
        assertTrue(EmojiNames.isHeldOut(first(SplitRule.UNSEEN_EMOJI, noto), Optional.empty()));
        assertFalse(EmojiNames.isHeldOut(first(SplitRule.TRAIN, noto), Optional.of(noto)));
    }

    private static EmojiNames.Name first(String split, EmojiStyle style) {
        return IntStream.range(0x1f300, 0x1ffff)
                .mapToObj(Integer::toHexString)
                .filter(base -> SplitRule.split(base, style).equals(split))
                .map(base -> new EmojiNames.Name("", "", "", List.of(), List.of(), base))
                .findFirst()
                .orElseThrow();
    }
}
