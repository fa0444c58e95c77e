package stipple.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** One sample: its key, its JSON (captions, metadata) and the encoded pictures in order. */
public record Sample(String key, JsonNode json, List<byte[]> images) {}
