package stipple.train.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stipple.data.DataException;

/**
 * A caption whose {@code <image_k>} tags stand for the pictures of its sample (reference §4.3, §4.5). Tags count from 0
 * if {@code <image_0>} is among them, else from 1.
 *
 * @param pieces words and tags in order
 */
public record TaggedText(List<Piece> pieces) {
    private static final Pattern TAG = Pattern.compile("<image_(\\d{1,4})>");

    /** A part of the text. */
    public sealed interface Piece permits Words, Tag {}

    /** Plain text, not empty. */
    public record Words(String text) implements Piece {}

    /** A picture of the sample, from 0. */
    public record Tag(int picture) implements Piece {}

    /** Copies the list. */
    public TaggedText {
        pieces = List.copyOf(pieces);
    }

    /**
     * Cuts a caption at its tags. Without any tag the pictures stand around the text as an edit needs it: all but the last
     * before, the last after it.
     *
     * @param pictures how many the sample has
     * @throws DataException if a tag names a picture that the sample does not have
     */
    public static TaggedText parse(String caption, int pictures) {
        Matcher matcher = TAG.matcher(caption);
        int base = caption.contains("<image_0>") ? 0 : 1;
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        int tags = 0;
        while (matcher.find()) {
            int picture = Integer.parseInt(matcher.group(1)) - base;
            if (picture >= pictures) {
                throw new DataException("the tag " + matcher.group() + " stands for picture " + (picture + 1)
                        + ", but the sample has " + pictures);
            }
            addWords(pieces, caption.substring(at, matcher.start()));
            pieces.add(new Tag(picture));
            at = matcher.end();
            tags++;
        }
        addWords(pieces, caption.substring(at));
        if (tags == 0) {
            for (int i = 0; i < pictures - 1; i++) {
                pieces.addFirst(new Tag(pictures - 2 - i));
            }
            if (pictures > 0) {
                pieces.add(new Tag(pictures - 1));
            }
        }
        return new TaggedText(pieces);
    }

    private static void addWords(List<Piece> pieces, String text) {
        if (!text.isEmpty()) {
            pieces.add(new Words(text));
        }
    }

    /** The tags in order. */
    public List<Tag> tags() {
        return pieces.stream()
                .filter(Tag.class::isInstance)
                .map(Tag.class::cast)
                .toList();
    }

    /** All words, then all tags. */
    public TaggedText tagsLast() {
        List<Piece> moved =
                new ArrayList<>(pieces.stream().filter(Words.class::isInstance).toList());
        moved.addAll(tags());
        return new TaggedText(moved);
    }

    /** The tags alone. */
    public TaggedText tagsOnly() {
        return new TaggedText(List.copyOf(tags()));
    }

    /** The text without its n-th tag, from 0. */
    public TaggedText withoutTag(int n) {
        List<Piece> kept = new ArrayList<>(pieces);
        kept.remove(indexOfTag(n));
        return new TaggedText(kept);
    }

    /** The n-th to m-th tag with what stands before, between and after them, up to the neighbouring tags. */
    public TaggedText window(int n, int m) {
        int tags = tags().size();
        int from = n == 0 ? 0 : indexOfTag(n - 1) + 1;
        int to = m >= tags - 1 ? pieces.size() : indexOfTag(m + 1);
        return new TaggedText(pieces.subList(from, to));
    }

    private int indexOfTag(int n) {
        int seen = 0;
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i) instanceof Tag && seen++ == n) {
                return i;
            }
        }
        throw new IndexOutOfBoundsException("tag " + n + " of " + seen);
    }
}
