package stipple.server.http;

import java.time.Duration;

/** A request that is answered by an error of the API: {@code {"error":{"message","type","param","code"}}}. */
public final class ApiException extends RuntimeException {
    private final int status;
    private final String type;
    private final String param;
    private final String code;
    private final transient Duration retryAfter;

    private ApiException(
            int status, String type, String param, String code, String message, Duration retryAfter, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** 400: a field that cannot be used as it was given. */
    public static ApiException invalid(String param, String code, String message) {
        return new ApiException(400, "invalid_request_error", param, code, message, null, null);
    }

    /** Another mistake of the client. */
    public static ApiException mistake(int status, String code, String message) {
        String type = switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            default -> "invalid_request_error";
        };
        return new ApiException(status, type, null, code, message, null, null);
    }

    /** 404 with the field or the part of the address that names what is not there. */
    public static ApiException notFound(String param, String code, String message) {
        return new ApiException(404, "invalid_request_error", param, code, message, null, null);
    }

    /** 429: not now. */
    public static ApiException tooMany(String message, Duration retryAfter) {
        return new ApiException(429, "rate_limit_error", null, "queue_full", message, retryAfter, null);
    }

    /** 503: not now, and not because of the client. */
    public static ApiException unavailable(String code, String message, Duration retryAfter) {
        return new ApiException(503, "server_error", null, code, message, retryAfter, null);
    }

    /** 500 or 504: our failure. */
    public static ApiException failure(int status, String code, String message) {
        return new ApiException(status, "server_error", null, code, message, null, null);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The class of the error. */
    public String type() {
        return type;
    }

    /** The field it is about, or null. */
    public String param() {
        return param;
    }

    /** One word for programs. */
    public String code() {
        return code;
    }

    /** When to try again, or null. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
