package stipple.server.api;

import java.time.Duration;
import java.util.function.Supplier;
import stipple.server.http.ApiException;
import stipple.server.jobs.JobEvent;
import stipple.server.jobs.JobService;
import stipple.server.jobs.NotAccepted;
import stipple.server.store.Job;

/** Refusals of the job service and ends of jobs, in the words of the API. */
final class Refusals {
    private Refusals() {}

    static JobService.Accepted explained(Supplier<JobService.Accepted> submit) {
        try {
            return submit.get();
        } catch (NotAccepted refusal) {
            throw switch (refusal.reason()) {
                case FULL -> ApiException.tooMany(refusal.getMessage(), refusal.retryAfter());
                case DRAINING -> ApiException.unavailable("shutting_down", refusal.getMessage(), refusal.retryAfter());
            };
        }
    }

    static void orElse(JobEvent.Over end, boolean draining, Duration retryAfter) {
        switch (end.state()) {
            case COMPLETED -> {}
            case FAILED -> {
                Job.Failure failure = end.failure().orElseThrow();
                throw failure.code().equals("invalid_request")
                        ? ApiException.invalid(null, "invalid_value", failure.message())
                        : ApiException.failure(500, failure.code(), failure.message());
            }
            default -> {
                throw draining
                        ? ApiException.unavailable("shutting_down", "The server is shutting down", retryAfter)
                        : ApiException.mistake(409, "cancelled", "The call was cancelled through /v1/jobs");
            }
        }
    }
}
