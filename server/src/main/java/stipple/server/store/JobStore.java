package stipple.server.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Jobs and their pictures: what was accepted, what came of it, and what was removed. */
public final class JobStore {
    private final Database database;
    private final JobFiles files;

    /** A store over an open database. */
    public JobStore(Database database, JobFiles files) {
        this.database = database;
        this.files = files;
    }

    /** Where the pictures are. */
    public JobFiles files() {
        return files;
    }

    /** What an attempt to accept a job came to. */
    public enum Acceptance {
        ACCEPTED,
        FULL
    }

    /**
     * Accepts a job unless as many wait already as may; once this returns, nothing but the disk can lose it.
     *
     * @param sent the pictures it needs
     * @param leaseUntil for a call, how long its process is believed to be alive; 0 for a job
     */
    public Acceptance insert(Job job, SentPictures sent, long leaseUntil, int mostWaiting) {
        sent.write(files, job);
        Acceptance result = database.run(connection -> {
            if (Sql.count(connection, "SELECT COUNT(*) FROM jobs WHERE state = 'queued'") >= mostWaiting) {
                return Acceptance.FULL;
            }
            Sql.update(
                    connection,
                    "INSERT INTO jobs (id, kind, origin, state, created, owner, lease_until, attempts,"
                            + " cancel_requested, tokens_drawn, tokens_total, model, spec)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?)",
                    job.id(),
                    job.edit() ? "edit" : "generation",
                    job.origin().name().toLowerCase(Locale.ROOT),
                    JobState.QUEUED.id(),
                    job.created(),
                    job.owner().isEmpty() ? null : job.owner(),
                    leaseUntil,
                    job.spec().totalTokens(),
                    job.model(),
                    job.spec().toJson());
            return Acceptance.ACCEPTED;
        });
        if (result == Acceptance.FULL) {
            SentPictures.delete(files, job);
        }
        return result;
    }

    /** A job, if it is known and was not removed. */
    public Optional<Job> find(String id) {
        return database.run(connection ->
                Sql.first(connection, "SELECT " + JobRows.JOB + " FROM jobs WHERE id = ?", JobRows::job, id));
    }

    /** Whether a job of that name existed once. */
    public boolean wasRemoved(String id) {
        return database.run(
                connection -> Sql.count(connection, "SELECT COUNT(*) FROM removed_jobs WHERE id = ?", id) > 0);
    }

    /** How many jobs wait before this one. */
    public int ahead(Job job) {
        return database.run(connection -> (int) Sql.count(
                connection,
                "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND (created < ? OR created = ? AND id < ?)",
                job.created(),
                job.created(),
                job.id()));
    }

    /** Image tokens that are still to be drawn for what was accepted before a moment. */
    public long tokensAhead(long created) {
        return database.run(connection -> Sql.count(
                connection,
                "SELECT COALESCE(SUM(tokens_total - tokens_drawn), 0) FROM jobs"
                        + " WHERE state IN ('queued', 'generating') AND created < ?",
                created));
    }

    /** How many jobs are in a state. */
    public int count(JobState state) {
        return database.run(
                connection -> (int) Sql.count(connection, "SELECT COUNT(*) FROM jobs WHERE state = ?", state.id()));
    }

    /**
     * Jobs, newest first.
     *
     * @param state only those in this state, or null for all
     * @param before only those accepted before this moment
     * @param limit at most so many
     */
    public List<Job> list(JobState state, long before, int limit) {
        return database.run(connection -> state == null
                ? Sql.all(
                        connection,
                        "SELECT " + JobRows.JOB + " FROM jobs WHERE created < ? ORDER BY created DESC, id DESC LIMIT ?",
                        JobRows::job,
                        before,
                        limit)
                : Sql.all(
                        connection,
                        "SELECT " + JobRows.JOB + " FROM jobs WHERE created < ? AND state = ?"
                                + " ORDER BY created DESC, id DESC LIMIT ?",
                        JobRows::job,
                        before,
                        state.id(),
                        limit));
    }

    /** The finished pictures of a job, in order. */
    public List<StoredPicture> pictures(String job) {
        return database.run(connection -> Sql.all(
                connection,
                "SELECT " + JobRows.PICTURE + " FROM pictures WHERE job = ? ORDER BY position",
                JobRows::picture,
                job));
    }

    /** Keeps a finished picture: first its file, then its row, so that no row is without a file. */
    public void add(StoredPicture picture, byte[] content) {
        files.write(picture.file(), content);
        database.run(connection -> Sql.update(
                connection,
                "INSERT INTO pictures (" + JobRows.PICTURE + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (job, position) DO NOTHING",
                picture.job(),
                picture.position(),
                picture.seed(),
                picture.format().id(),
                picture.size(),
                picture.bytes(),
                picture.created(),
                picture.provenance()));
    }

    /** Removes one picture of a job that is over; whether it was there. */
    public boolean removePicture(StoredPicture picture) {
        int removed = database.run(connection -> Sql.update(
                connection, "DELETE FROM pictures WHERE job = ? AND position = ?", picture.job(), picture.position()));
        files.delete(picture.file());
        return removed > 0;
    }

    /** Removes a job with its pictures and remembers that it existed. */
    public void remove(Job job, long now) {
        List<StoredPicture> pictures = pictures(job.id());
        database.run(connection -> {
            Sql.update(
                    connection,
                    "INSERT INTO removed_jobs (id, removed) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                    job.id(),
                    now);
            Sql.update(connection, "DELETE FROM pictures WHERE job = ?", job.id());
            return Sql.update(connection, "DELETE FROM jobs WHERE id = ?", job.id());
        });
        // Rows first: a file without a row only costs space, a row without a file would be a broken picture.
        pictures.forEach(picture -> files.delete(picture.file()));
        SentPictures.delete(files, job);
    }

    /** Removes jobs that were over before a moment; returns how many. */
    public int expire(long finishedBefore, long now) {
        List<Job> old = new ArrayList<>(database.run(connection -> Sql.all(
                connection,
                "SELECT " + JobRows.JOB + " FROM jobs WHERE finished < ? AND state NOT IN ('queued', 'generating')",
                JobRows::job,
                finishedBefore)));
        old.forEach(job -> remove(job, now));
        return old.size();
    }

    /** Fails unless the database answers. */
    public void ping() {
        database.run(connection -> Sql.count(connection, "SELECT 1"));
    }
}
