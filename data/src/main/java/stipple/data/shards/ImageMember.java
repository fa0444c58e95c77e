package stipple.data.shards;

/** The bytes of one picture file and its extension without the dot ({@code png}, {@code jpg}, {@code webp}). */
@SuppressWarnings("ArrayRecordComponent") // a carrier between encoder and writer, never compared
public record ImageMember(String extension, byte[] bytes) {}
