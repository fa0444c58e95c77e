package stipple.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The server refused, failed, or could not be reached. */
public final class StippleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String parameter;

    StippleException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
        this.code = "";
        this.parameter = "";
    }

    StippleException(int status, String message, String code, String parameter) {
        super(message);
        this.status = status;
        this.code = code;
        this.parameter = parameter;
    }

    static StippleException of(int status, JsonNode json) {
        JsonNode error = json.path("error");
        return new StippleException(
                status,
                error.path("message").asText("The server answered status " + status),
                error.path("code").asText(""),
                error.path("param").asText(""));
    }

    /** Status of the answer, 0 where there was none. */
    public int status() {
        return status;
    }

    /** The server's word for what happened, such as {@code unknown_parameter}. */
    public String code() {
        return code;
    }

    /** The field that is to blame. */
    public Optional<String> parameter() {
        return Optional.of(parameter).filter(name -> !name.isEmpty() && !name.equals("null"));
    }

    /** Whether the request itself is wrong, so that sending it again is useless. */
    public boolean mistake() {
        return status >= 400 && status < 500 && status != 429;
    }
}
