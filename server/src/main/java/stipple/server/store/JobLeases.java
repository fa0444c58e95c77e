package stipple.server.store;

import java.util.List;
import java.util.Optional;

/**
 * Who draws what. A process that draws a job holds it by a lease that it keeps renewing; when a process dies, its leases
 * run out and others take its jobs up again. Calls die with their process, because nobody waits for them any more.
 */
public final class JobLeases {
    /** How often drawing a job may be begun; one that brings the process down each time is given up. */
    public static final int MOST_ATTEMPTS = 3;

    private final Database database;
    private final String owner;
    private final long leaseMillis;

    /**
     * The leases of one process.
     *
     * @param owner the name of the process, different from all others'
     * @param leaseMillis how long it is believed to be alive without renewing
     */
    public JobLeases(Database database, String owner, long leaseMillis) {
        this.database = database;
        this.owner = owner;
        this.leaseMillis = leaseMillis;
    }

    /** The name of the process. */
    public String owner() {
        return owner;
    }

    /** When a lease taken now runs out. */
    public long until(long now) {
        return now + leaseMillis;
    }

    /** Takes the job that has waited longest: an own call, or a job that nobody draws. */
    public Optional<Job> claim(long now) {
        String skip = database.shared() ? " FOR UPDATE SKIP LOCKED" : "";
        return database.run(connection -> Sql.first(
                connection,
                "UPDATE jobs SET state = 'generating', owner = ?, lease_until = ?, started = ?, attempts = attempts + 1"
                        + " WHERE id = (SELECT id FROM jobs WHERE state = 'queued' AND cancel_requested = 0"
                        + " AND (origin = 'job' OR owner = ?) ORDER BY created, id LIMIT 1" + skip + ")"
                        + " RETURNING " + JobRows.JOB,
                JobRows::job,
                owner,
                until(now),
                now,
                owner));
    }

    /** Renews all leases of this process and returns the jobs among them whose end was asked for. */
    public List<String> renew(long now) {
        return database.run(connection -> {
            Sql.update(
                    connection,
                    "UPDATE jobs SET lease_until = ? WHERE owner = ? AND state IN ('queued', 'generating')",
                    until(now),
                    owner);
            return Sql.all(
                    connection,
                    "SELECT id FROM jobs WHERE owner = ? AND state = 'generating' AND cancel_requested = 1",
                    rows -> rows.getString(1),
                    owner);
        });
    }

    /**
     * Deals with what dead processes left: their jobs wait again, or are given up after too many attempts, and their
     * calls are cancelled.
     *
     * @param everyOther whether every other process is dead, whatever its leases say
     * @return how many there were
     */
    public int recover(long now, boolean everyOther) {
        long deadline = everyOther ? Long.MAX_VALUE : now;
        return database.run(connection -> {
            String dead = " AND lease_until < ? AND (owner IS NULL OR owner <> ?)";
            int calls = Sql.update(
                    connection,
                    "UPDATE jobs SET state = 'cancelled', finished = ?, error_code = 'caller_gone',"
                            + " error = 'The server that held the call was stopped'"
                            + " WHERE origin = 'call' AND state IN ('queued', 'generating')" + dead,
                    now,
                    deadline,
                    owner);
            int givenUp = Sql.update(
                    connection,
                    "UPDATE jobs SET state = 'failed', finished = ?, error_code = 'gave_up', error = 'The server was"
                            + " stopped in each of " + MOST_ATTEMPTS + " attempts to draw it'"
                            + " WHERE origin = 'job' AND state = 'generating' AND attempts >= " + MOST_ATTEMPTS + dead,
                    now,
                    deadline,
                    owner);
            int jobs = Sql.update(
                    connection,
                    "UPDATE jobs SET state = 'queued', owner = NULL, tokens_drawn = 0"
                            + " WHERE origin = 'job' AND state = 'generating'" + dead,
                    deadline,
                    owner);
            return calls + givenUp + jobs;
        });
    }

    /** Notes how far an own job is. */
    public void progress(String id, int tokensDrawn) {
        database.run(connection -> Sql.update(
                connection,
                "UPDATE jobs SET tokens_drawn = ? WHERE id = ? AND owner = ? AND state = 'generating'",
                tokensDrawn,
                id,
                owner));
    }

    /** Gives an own job back, so that it is drawn later, here or elsewhere; the attempt does not count. */
    public void release(String id) {
        database.run(connection -> Sql.update(
                connection,
                "UPDATE jobs SET state = 'queued', owner = NULL, lease_until = 0, attempts = attempts - 1"
                        + " WHERE id = ? AND owner = ? AND state = 'generating' AND origin = 'job'",
                id,
                owner));
    }

    /**
     * Ends an own job.
     *
     * @return false if it is not this process's any more
     */
    public boolean finish(String id, JobState state, Job.Failure failure, int tokensDrawn, long now) {
        return database.run(connection -> Sql.update(
                        connection,
                        "UPDATE jobs SET state = ?, finished = ?, tokens_drawn = ?, error_code = ?, error = ?"
                                + " WHERE id = ? AND owner = ? AND state = 'generating'",
                        state.id(),
                        now,
                        tokensDrawn,
                        failure == null ? null : failure.code(),
                        failure == null ? null : failure.message(),
                        id,
                        owner))
                > 0;
    }

    /** What asking for a job's end came to. */
    public enum Cancellation {
        /** It waited and is over now. */
        CANCELLED,
        /** It is being drawn; whoever draws it will stop. */
        REQUESTED,
        /** It was over before. */
        TOO_LATE
    }

    /** Asks for a job's end. */
    public Cancellation cancel(String id, long now) {
        return database.run(connection -> {
            int waiting = Sql.update(
                    connection,
                    "UPDATE jobs SET state = 'cancelled', finished = ?, cancel_requested = 1"
                            + " WHERE id = ? AND state = 'queued'",
                    now,
                    id);
            if (waiting > 0) {
                return Cancellation.CANCELLED;
            }
            int drawn = Sql.update(
                    connection, "UPDATE jobs SET cancel_requested = 1 WHERE id = ? AND state = 'generating'", id);
            return drawn > 0 ? Cancellation.REQUESTED : Cancellation.TOO_LATE;
        });
    }
}
