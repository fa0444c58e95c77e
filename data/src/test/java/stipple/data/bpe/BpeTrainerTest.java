package stipple.data.bpe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;

class BpeTrainerTest {
    private static final List<String> CAPTIONS = List.of(
            "a red apple, flat style",
            "a green apple, 3D style",
            "a red heart, flat style",
            "a clock showing twelve o'clock, blob style",
            "flag of Réunion");
    private static final int BASE = 300;

    @TempDir
    Path folder;

    private HuggingFaceTokenizer load(TokenizerFiles files) throws IOException {
        files.write(folder);
        return HuggingFaceTokenizer.newInstance(
                folder.resolve("tokenizer.json"), Map.of("truncation", "false", "padding", "false"));
    }

    @Test
    void any_text_survives_encoding_and_decoding() throws IOException {
        try (HuggingFaceTokenizer tokenizer = load(BpeTrainer.train(CAPTIONS, BASE))) {
            for (String text : List.of(
                    "a red apple, flat style",
                    "一个红苹果，扁平风格",
                    "two  spaces\n\nand\ttabs \u00a0 ",
                    "Ünïcödé 🍎 it's 12345",
                    "")) {
                Encoding encoding = tokenizer.encode(text, false, false);
                assertEquals(text, tokenizer.decode(encoding.getIds(), false));
                for (long id : encoding.getIds()) {
                    assertTrue(id >= 0 && id < BASE, () -> "id " + id + " of " + text);
                }
            }
        }
    }

    @Test
    void special_tokens_follow_the_base_vocabulary_in_their_order_and_are_found_in_text() throws IOException {
        try (HuggingFaceTokenizer tokenizer = load(BpeTrainer.train(CAPTIONS, BASE))) {
            for (int i = 0; i < TokenizerFiles.SPECIAL_TOKENS.size(); i++) {
                String token = TokenizerFiles.SPECIAL_TOKENS.get(i);
                assertArrayEquals(
                        new long[] {BASE + i},
                        tokenizer.encode(token, false, false).getIds(),
                        token);
            }
            long[] ids = tokenizer
                    .encode("red<|image_area|>16*16<|begin_of_image|>", false, false)
                    .getIds();
            String[] tokens = tokenizer
                    .encode("red<|image_area|>16*16<|begin_of_image|>", false, false)
                    .getTokens();
            assertEquals(BASE + 2, ids[ids.length - 7]);
            assertEquals(BASE + 3, ids[ids.length - 1]);
            assertEquals(List.of("1", "6", "*", "1", "6"), List.of(tokens).subList(ids.length - 6, ids.length - 1));
        }
    }

    @Test
    void digits_stay_single_however_often_a_number_occurs() throws IOException {
        List<String> numbers = Collections.nCopies(50, "room 2048");
        TokenizerFiles files = BpeTrainer.train(numbers, 259);
        assertTrue(files.vocabulary().keySet().stream().noneMatch(t -> t.matches(".*\\d.+|.+\\d.*")));
        try (HuggingFaceTokenizer tokenizer = load(files)) {
            assertEquals(4, tokenizer.encode("2048", false, false).getIds().length);
        }
    }

    @Test
    void frequent_pairs_merge_first_and_ties_take_the_smaller_ids() {
        // Counts: ab 3, bc 2; after ab: (ab)c 2; then cd and de 1 each, and c comes before d.
        TokenizerFiles files = BpeTrainer.train(List.of("abc", "abc", "ab", "cde"), 259);
        assertEquals(
                List.of(
                        new TokenizerFiles.Merge("a", "b"),
                        new TokenizerFiles.Merge("ab", "c"),
                        new TokenizerFiles.Merge("c", "d")),
                files.merges());
        assertEquals(256, files.vocabulary().get("ab"));
        assertEquals(258, files.vocabulary().get("cd"));
    }

    @Test
    void the_order_of_captions_does_not_matter() {
        List<String> shuffled = new ArrayList<>(CAPTIONS);
        Collections.shuffle(shuffled, new Random(3));
        assertEquals(BpeTrainer.train(CAPTIONS, BASE), BpeTrainer.train(shuffled, BASE));
    }

    @Test
    void training_and_encoding_split_text_the_same_way() throws IOException {
        // With merges enough for whole words, every pre-token of the captions becomes one token.
        TokenizerFiles files = BpeTrainer.train(List.of("a red apple, it's red\n"), 267);
        try (HuggingFaceTokenizer tokenizer = load(files)) {
            assertEquals(
                    List.of("a", "Ġred", "Ġapple", ",", "Ġit", "'s", "Ġred", "Ċ"),
                    List.of(tokenizer
                            .encode("a red apple, it's red\n", false, false)
                            .getTokens()));
        }
    }

    @Test
    void impossible_sizes_are_refused() {
        assertThrows(DataException.class, () -> BpeTrainer.train(CAPTIONS, 255));
        DataException e = assertThrows(DataException.class, () -> BpeTrainer.train(List.of("abc"), 1000));
        assertTrue(e.getMessage().contains("at most 258"), e.getMessage());
    }

    @Test
    void the_same_captions_give_the_same_files() throws IOException {
        Path again = folder.resolve("again");
        BpeTrainer.train(CAPTIONS, BASE).write(again);
        BpeTrainer.train(CAPTIONS, BASE).write(folder);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
            assertEquals(Files.readString(again.resolve(name)), Files.readString(folder.resolve(name)), name);
        }
    }
}
