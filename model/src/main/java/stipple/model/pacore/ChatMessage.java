package stipple.model.pacore;

/**
 * A turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content its text
 */
public record ChatMessage(String role, String content) {
    /** A turn of the user. */
    public static ChatMessage user(String content) {
        return new ChatMessage("user", content);
    }

    /** Whether the user speaks. */
    public boolean isUser() {
        return role.equals("user");
    }
}
