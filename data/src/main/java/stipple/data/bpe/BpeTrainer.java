package stipple.data.bpe;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import stipple.data.DataException;

/**
 * Trains a byte-level BPE vocabulary with Qwen2.5's pre-tokenisation. All 256 bytes are in it, so every text can be
 * encoded. The same captions in any order give the same vocabulary: among equally frequent pairs the one with the
 * smaller ids is merged first.
 */
public final class BpeTrainer {
    private static final int BYTES = 256;

    private final List<String> tokens = new ArrayList<>(Pretokenizer.alphabet());
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<TokenizerFiles.Merge> merges = new ArrayList<>();
    /** Each distinct word as token ids; merged in place. */
    private final List<int[]> words = new ArrayList<>();

    private final List<Long> wordCounts = new ArrayList<>();
    private final Map<Pair, Long> pairCounts = new HashMap<>();
    private final Map<Pair, Set<Integer>> wordsOfPair = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(
            Comparator.comparingLong((Candidate c) -> -c.count()).thenComparing(Candidate::pair));

    private record Pair(int left, int right) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            return left != other.left ? Integer.compare(left, other.left) : Integer.compare(right, other.right);
        }
    }

    /** A pair with its count when it was queued; stale if the count has changed since. */
    private record Candidate(Pair pair, long count) {}

    private BpeTrainer() {}

    /**
     * Trains on captions, which are read once.
     *
     * @param captions the texts; only counts of distinct words are kept in memory
     * @param vocabSize tokens of the base vocabulary, 256 bytes plus merges; the special tokens of
     *     {@link TokenizerFiles#SPECIAL_TOKENS} come behind it
     */
    public static TokenizerFiles train(Iterable<String> captions, int vocabSize) {
        if (vocabSize < BYTES) {
            throw new DataException("a byte-level vocabulary has at least 256 tokens, given " + vocabSize);
        }
        Map<String, Long> counts = new TreeMap<>();
        for (String caption : captions) {
            for (String word : Pretokenizer.words(Normalizer.normalize(caption, Normalizer.Form.NFC))) {
                counts.merge(Pretokenizer.toAlphabet(word), 1L, Long::sum);
            }
        }
        BpeTrainer trainer = new BpeTrainer();
        counts.forEach(trainer::addWord);
        trainer.run(vocabSize, counts.size());
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        for (int id = 0; id < trainer.tokens.size(); id++) {
            vocabulary.put(trainer.tokens.get(id), id);
        }
        return new TokenizerFiles(vocabulary, trainer.merges);
    }

    private void addWord(String word, long count) {
        if (ids.isEmpty()) {
            for (int id = 0; id < tokens.size(); id++) {
                ids.put(tokens.get(id), id);
            }
        }
        int index = words.size();
        words.add(word.chars().map(c -> ids.get(String.valueOf((char) c))).toArray());
        wordCounts.add(count);
        countPairs(index, 1, new HashSet<>());
    }

    private void run(int vocabSize, int distinctWords) {
        pairCounts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
        while (tokens.size() < vocabSize) {
            Candidate best = queue.poll();
            if (best == null) {
                throw new DataException(
                        "the captions have " + distinctWords + " distinct words, which give a vocabulary"
                                + " of at most " + tokens.size() + " tokens; asked for " + vocabSize);
            }
            // Zero counts are never queued, and a pair whose count changed was queued again with the new one.
            if (pairCounts.getOrDefault(best.pair(), 0L) == best.count()) {
                merge(best.pair());
            }
        }
    }

    private void merge(Pair pair) {
        String joined = tokens.get(pair.left()) + tokens.get(pair.right());
        merges.add(new TokenizerFiles.Merge(tokens.get(pair.left()), tokens.get(pair.right())));
        // Two different merges can spell the same token; it keeps its first id.
        Integer known = ids.get(joined);
        int id = known != null ? known : tokens.size();
        if (known == null) {
            tokens.add(joined);
            ids.put(joined, id);
        }
        Set<Pair> changed = new HashSet<>();
        for (int index : List.copyOf(wordsOfPair.get(pair))) {
            countPairs(index, -1, changed);
            words.set(index, merged(words.get(index), pair, id));
            countPairs(index, 1, changed);
        }
        for (Pair p : changed) {
            long count = pairCounts.getOrDefault(p, 0L);
            if (count > 0) {
                queue.add(new Candidate(p, count));
            } else {
                pairCounts.remove(p);
                wordsOfPair.remove(p);
            }
        }
    }

    private void countPairs(int index, int sign, Set<Pair> changed) {
        int[] word = words.get(index);
        for (int i = 0; i + 1 < word.length; i++) {
            Pair pair = new Pair(word[i], word[i + 1]);
            pairCounts.merge(pair, sign * wordCounts.get(index), Long::sum);
            Set<Integer> holders = wordsOfPair.computeIfAbsent(pair, p -> new HashSet<>());
            if (sign > 0) {
                holders.add(index);
            } else {
                holders.remove(index);
            }
            changed.add(pair);
        }
    }

    private static int[] merged(int[] word, Pair pair, int id) {
        int[] out = new int[word.length];
        int n = 0;
        for (int i = 0; i < word.length; i++) {
            boolean here = i + 1 < word.length && word[i] == pair.left() && word[i + 1] == pair.right();
            out[n++] = here ? id : word[i];
            if (here) {
                i++;
            }
        }
        return Arrays.copyOf(out, n);
    }
}
