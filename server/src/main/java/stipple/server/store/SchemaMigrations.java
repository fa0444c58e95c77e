package stipple.server.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import stipple.torch.UserException;

/** Brings a database to the newest schema by the numbered files beside this class, each exactly once. */
final class SchemaMigrations {
    /** The number of the newest file. */
    static final int NEWEST = 1;

    /** Any number, as long as all replicas lock the same. */
    private static final long LOCK = 7_814_290_331L;

    private SchemaMigrations() {}

    /**
     * Applies what is missing, in one transaction; replicas that start together take turns.
     *
     * @throws UserException if the database is newer than this program
     */
    static void apply(Database database, String what) {
        database.run(connection -> {
            try (Statement statement = connection.createStatement()) {
                if (database.shared()) {
                    statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                }
                statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
                int version = version(statement);
                if (version > NEWEST) {
                    throw new UserException("A newer Stipple wrote " + what + " (schema " + version
                            + ", this one knows " + NEWEST + "); update, or use another --data folder or --database");
                }
                for (int next = version + 1; next <= NEWEST; next++) {
                    migrate(connection, next);
                }
            }
            return null;
        });
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT MAX(version) FROM schema_version")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void migrate(Connection connection, int version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : script(version).split(";\\s*\\n")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
            statement.execute("INSERT INTO schema_version (version) VALUES (" + version + ")");
        }
    }

    private static String script(int version) {
        try (InputStream in = SchemaMigrations.class.getResourceAsStream(version + ".sql")) {
            if (in == null) {
                throw new IllegalStateException("The schema " + version + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new StoreException("Cannot read the schema " + version, failure);
        }
    }
}
