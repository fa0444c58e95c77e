package stipple.data.shards;

/** One finished shard: file name, family, number of samples, bytes, and checksums as lower-case hex. */
public record ShardInfo(String file, String family, int samples, long bytes, String adler32, String sha256) {}
