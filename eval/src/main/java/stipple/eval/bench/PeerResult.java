package stipple.eval.bench;

/**
 * What llama.cpp needed for the backbone of the same shape in about the same bits, in the same run.
 *
 * @param name program and version
 * @param format of its weights
 * @param fileBytes size of its weights
 * @param prefillTokens tokens read at once
 * @param prefill seconds for them
 * @param step seconds for one more token
 */
public record PeerResult(String name, String format, long fileBytes, int prefillTokens, Timing prefill, Timing step) {}
