package stipple.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import stipple.server.picture.PictureFormat;

/** Rows of the tables as records. */
final class JobRows {
    /** The columns that {@link #job} reads. */
    static final String JOB = "id, origin, state, created, started, finished, owner, attempts, cancel_requested,"
            + " tokens_drawn, model, spec, error_code, error";

    /** The columns that {@link #picture} reads. */
    static final String PICTURE = "job, position, seed, format, size, bytes, created, provenance";

    private JobRows() {}

    static Job job(ResultSet row) throws SQLException {
        String code = row.getString("error_code");
        String owner = row.getString("owner");
        return new Job(
                row.getString("id"),
                Job.Origin.valueOf(row.getString("origin").toUpperCase(Locale.ROOT)),
                JobState.of(row.getString("state")),
                row.getLong("created"),
                optional(row, "started"),
                optional(row, "finished"),
                owner == null ? "" : owner,
                row.getInt("attempts"),
                row.getInt("cancel_requested") != 0,
                row.getInt("tokens_drawn"),
                row.getString("model"),
                JobSpec.parse(row.getString("spec")),
                code == null ? Optional.empty() : Optional.of(new Job.Failure(code, row.getString("error"))));
    }

    static StoredPicture picture(ResultSet row) throws SQLException {
        return new StoredPicture(
                row.getString("job"),
                row.getInt("position"),
                row.getLong("seed"),
                PictureFormat.of(row.getString("format")).orElseThrow(),
                row.getString("size"),
                row.getLong("bytes"),
                row.getLong("created"),
                row.getString("provenance"));
    }

    private static OptionalLong optional(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
