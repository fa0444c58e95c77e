package stipple.data.shards;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** One sample of a shard: its key, its JSON (caption, metadata) and the encoded pictures in order. */
public record Sample(String key, JsonNode json, List<byte[]> images) {}
