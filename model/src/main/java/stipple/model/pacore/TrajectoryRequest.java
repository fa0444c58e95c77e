package stipple.model.pacore;

import java.util.List;

/**
 * One answer to be sampled.
 *
 * @param messages the conversation, its last user turn as this round asks it
 * @param references conclusions of the round before, which are part of that turn already; none in the first round
 * @param round from 1
 * @param index within the round, from 0
 * @param seed of this answer, for samplers that take one
 */
public record TrajectoryRequest(List<ChatMessage> messages, List<String> references, int round, int index, long seed) {
    /** Copies the lists. */
    public TrajectoryRequest {
        messages = List.copyOf(messages);
        references = List.copyOf(references);
    }
}
