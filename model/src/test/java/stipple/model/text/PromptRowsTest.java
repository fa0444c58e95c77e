package stipple.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.config.BackboneConfig;
import stipple.model.config.ConfigDialect;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.LatentConfig;
import stipple.model.config.LossConfig;
import stipple.model.config.ModelConfig;
import stipple.model.config.SpecialTokens;
import stipple.model.image.TokenGrid;
import stipple.torch.UserException;

/** The fixture's tokenizer gives every byte its own value as id, and merges {@code " cat"} to 259 and {@code "red"}. */
class PromptRowsTest {
    private static final Path TOKENIZER = Path.of("src/test/resources/tokenizer");
    private static final int SPACE_CAT = 258;
    private static final int RED = 260;
    private static final int PAD = 262;
    private static final int AREA = 263;
    private static final int BOI = 264;
    private static final int EOI = 265;
    private static final int PLACEHOLDER = 266;
    private static final TokenGrid GRID = new TokenGrid(2, 14);

    /** {@code <|image_area|>2*14<|begin_of_image|>}. */
    private static final int[] PREFIX = {AREA, '2', '*', '1', '4', BOI};

    @TempDir
    Path dir;

    private final PromptTokenizer tokenizer = PromptTokenizer.open(TOKENIZER, config(BOI, 300, 128));
    private final PromptRows rows = new PromptRows(tokenizer, config(BOI, 300, 128));

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void a_text_row_is_the_caption_and_the_prefix() {
        assertArrayEquals(
                concat(new int[] {'a', ' ', RED, SPACE_CAT}, PREFIX),
                rows.textToImage("a red cat", "", GRID).ids());
    }

    @Test
    void the_positive_prompt_follows_after_one_space() {
        assertArrayEquals(
                rows.textToImage("a red cat", "", GRID).ids(),
                rows.textToImage("a red", "cat", GRID).ids());
    }

    @Test
    void the_unconditional_row_is_the_prefix_alone_unless_there_is_a_negative_prompt() {
        assertArrayEquals(PREFIX, rows.unconditional("", GRID).ids());
        assertArrayEquals(
                concat(new int[] {RED}, PREFIX), rows.unconditional("red", GRID).ids());
    }

    @Test
    void the_image_row_holds_the_image_block_and_the_negative_prompt_without_separator() {
        int[] wanted = {AREA, '1', '*', '2', BOI, PLACEHOLDER, PLACEHOLDER, EOI, RED};
        assertArrayEquals(
                concat(wanted, PREFIX),
                rows.imageAndNegative(new TokenGrid(1, 2), "red", GRID).ids());
    }

    @Test
    void an_edit_row_replaces_each_tag_by_the_next_image() {
        PromptRow row = rows.edit("<image>red<image> cat", "", List.of(new TokenGrid(1, 2), new TokenGrid(1, 1)), GRID);
        int[] wanted = {
            AREA,
            '1',
            '*',
            '2',
            BOI,
            PLACEHOLDER,
            PLACEHOLDER,
            EOI,
            RED,
            AREA,
            '1',
            '*',
            '1',
            BOI,
            PLACEHOLDER,
            EOI,
            SPACE_CAT
        };
        assertArrayEquals(concat(wanted, PREFIX), row.ids());
        assertEquals(3, row.count(PLACEHOLDER));
    }

    @Test
    void tags_and_images_must_be_equally_many() {
        for (String text : List.of("make it red", "<image><image>make it red")) {
            UserException error =
                    assertThrows(UserException.class, () -> rows.edit(text, "", List.of(new TokenGrid(1, 1)), GRID));
            assertTrue(error.getMessage().contains("<image>"), error.getMessage());
        }
        assertThrows(UserException.class, () -> rows.edit("make it red", "", List.of(), GRID));
        assertThrows(UserException.class, () -> rows.edit("<image> ", "", List.of(GRID), GRID), "no instruction");
    }

    @Test
    void an_empty_prompt_is_refused_unless_allowed() {
        for (String text : List.of("", "  \n")) {
            assertThrows(UserException.class, () -> rows.textToImage(text, "", GRID));
        }
        assertArrayEquals(PREFIX, rows.allowingEmpty().textToImage("", "", GRID).ids());
    }

    @Test
    void a_prompt_that_is_too_long_is_refused_with_numbers() {
        UserException characters =
                assertThrows(UserException.class, () -> rows.textToImage("x".repeat(4001), "", GRID));
        assertTrue(characters.getMessage().contains("4001 characters"), characters.getMessage());
        UserException tokens = assertThrows(UserException.class, () -> rows.textToImage("x".repeat(95), "", GRID));
        assertEquals(
                "The prompt has 101 tokens and the image 28, together 129, but the model holds only 128; "
                        + "shorten the prompt or draw a smaller image",
                tokens.getMessage());
        assertEquals(100, rows.textToImage("x".repeat(94), "", GRID).length());
    }

    @Test
    void image_tokens_inside_a_prompt_are_refused() {
        for (String reserved : SpecialText.RESERVED) {
            assertThrows(UserException.class, () -> rows.textToImage("a " + reserved, "", GRID));
            assertThrows(UserException.class, () -> rows.textToImage("a", reserved, GRID));
            assertThrows(UserException.class, () -> rows.unconditional(reserved, GRID));
            assertThrows(UserException.class, () -> rows.imageAndNegative(GRID, reserved, GRID));
            assertThrows(UserException.class, () -> rows.edit("<image>" + reserved, "", List.of(GRID), GRID));
        }
    }

    @Test
    void half_a_surrogate_pair_is_refused_and_a_whole_one_is_not() {
        assertThrows(UserException.class, () -> rows.textToImage("a \ud83d b", "", GRID));
        byte[] utf8 = "😀".getBytes(StandardCharsets.UTF_8);
        int[] ids = rows.textToImage("😀", "", GRID).ids();
        for (int i = 0; i < utf8.length; i++) {
            assertEquals(Byte.toUnsignedInt(utf8[i]), ids[i]);
        }
    }

    @Test
    void a_tokenizer_with_a_first_token_puts_it_once_before_every_row() throws IOException {
        Files.copy(TOKENIZER.resolve("tokenizer.json"), dir.resolve("tokenizer.json"));
        Files.writeString(dir.resolve("tokenizer_config.json"), "{\"bos_token\": {\"content\": \"<|endoftext|>\"}}");
        try (PromptTokenizer other = PromptTokenizer.open(dir)) {
            assertEquals(OptionalInt.of(261), other.bos());
            int[] ids = new PromptRows(other, config(BOI, 300, 128))
                    .unconditional("", GRID)
                    .ids();
            assertArrayEquals(concat(new int[] {261}, PREFIX), ids);
        }
        assertEquals(OptionalInt.empty(), tokenizer.bos());
    }

    @Test
    void a_tokenizer_of_another_model_is_refused() {
        UserException other =
                assertThrows(UserException.class, () -> PromptTokenizer.open(TOKENIZER, config(7, 300, 128)));
        assertTrue(other.getMessage().contains("<|begin_of_image|>"), other.getMessage());
    }

    @Test
    void a_missing_or_malformed_tokenizer_is_refused_in_one_line() throws IOException {
        UserException missing = assertThrows(UserException.class, () -> PromptTokenizer.open(dir));
        assertEquals("Missing tokenizer " + dir.resolve("tokenizer.json"), missing.getMessage());
        for (String content : List.of("{}", "nonsense", "{\"added_tokens\": [3]}")) {
            Files.writeString(dir.resolve("tokenizer.json"), content);
            UserException error = assertThrows(UserException.class, () -> PromptTokenizer.open(dir));
            assertTrue(error.getMessage().contains("tokenizer.json"), error.getMessage());
            assertFalse(error.getMessage().contains("\n"), error.getMessage());
        }
    }

    @Test
    void text_survives_encoding_and_decoding() {
        assertEquals("a red cat 日本", tokenizer.decode(tokenizer.encode("a red cat 日本")));
        assertEquals(0, tokenizer.encode("").length);
        assertEquals(3000, tokenizer.encode("x".repeat(3000)).length, "nothing is cut");
    }

    @Test
    void rows_are_padded_on_the_left() {
        PaddedRows padded =
                PaddedRows.left(List.of(new PromptRow(new int[] {1, 2, 3}), new PromptRow(new int[] {4})), PAD);
        assertArrayEquals(new long[][] {{1, 2, 3}, {PAD, PAD, 4}}, padded.ids());
        assertArrayEquals(new long[][] {{1, 1, 1}, {0, 0, 1}}, padded.mask());
        assertEquals(3, padded.length());
    }

    @Test
    void a_guided_batch_comes_in_blocks_and_repeats_in_succession() {
        PromptRow a = new PromptRow(new int[] {1});
        PromptRow b = new PromptRow(new int[] {2});
        PromptRow image = new PromptRow(new int[] {3});
        PromptRow none = new PromptRow(new int[] {4});
        List<PromptRow> conditional = PromptRows.repeat(List.of(a, b), 2);
        assertEquals(List.of(a, a, b, b), conditional);
        assertEquals(List.of(a, b, image, image, none, none), PromptRows.blocks(List.of(a, b), List.of(image, none)));
    }

    private static int[] concat(int[] first, int[] second) {
        return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
    }

    private static ModelConfig config(int boi, int vocab, int maxPositions) {
        return new ModelConfig(
                new BackboneConfig(
                        64, 1, 4, 2, 16, 64, 1e-6, 1e6, vocab, maxPositions, false, true, false, 0.02, false),
                new FlowHeadConfig(32, 1, 1, 4),
                new LatentConfig(8, 2, 16),
                new LossConfig(0.01, 1, false, 0),
                new SpecialTokens(boi, EOI, PLACEHOLDER, PAD, 261),
                false,
                4,
                false,
                "vae",
                ConfigDialect.A,
                GenerationDefaults.of(ConfigDialect.A, 64));
    }
}
