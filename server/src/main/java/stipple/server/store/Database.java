package stipple.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import stipple.torch.UserException;

/**
 * The database of jobs. Embedded, it is one SQLite file with a write-ahead log, which a killed process leaves whole; for
 * several replicas it is PostgreSQL. The statements of this package are understood by both.
 */
public final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 8;
    private static final int PATIENCE_MILLIS = 10_000;

    private final HikariDataSource pool;
    private final boolean shared;

    private Database(HikariConfig config, boolean shared, String what) {
        this.shared = shared;
        config.setConnectionTimeout(PATIENCE_MILLIS);
        config.setPoolName("stipple-jobs");
        try {
            this.pool = new HikariDataSource(config);
        } catch (HikariPool.PoolInitializationException failure) {
            throw new UserException("Cannot open " + what + ": " + reason(failure), failure);
        }
        try {
            SchemaMigrations.apply(this, what);
        } catch (RuntimeException failure) {
            pool.close();
            throw failure;
        }
    }

    /**
     * Opens or creates a file.
     *
     * @throws UserException if it cannot be opened, or a newer version of Stipple wrote it
     */
    public static Database embedded(Path file) {
        SQLiteConfig settings = new SQLiteConfig();
        settings.setJournalMode(SQLiteConfig.JournalMode.WAL);
        settings.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        settings.enforceForeignKeys(true);
        settings.setBusyTimeout(PATIENCE_MILLIS);
        SQLiteDataSource source = new SQLiteDataSource(settings);
        source.setUrl("jdbc:sqlite:" + file);
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        // SQLite writes one transaction at a time; waiting for a connection is fairer than waiting for its lock.
        config.setMaximumPoolSize(1);
        return new Database(config, false, file.toString());
    }

    /**
     * Connects to a PostgreSQL server.
     *
     * @param url {@code postgresql://user:password@host:port/database} or a JDBC address
     * @throws UserException if the address is malformed or the server does not answer
     */
    public static Database postgresql(String url) {
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(CONNECTIONS);
        config.setDriverClassName("org.postgresql.Driver");
        if (url.startsWith("jdbc:postgresql:")) {
            config.setJdbcUrl(url);
            return new Database(config, true, "the database");
        }
        try {
            URI address = URI.create(url);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if (!List.of("postgresql", "postgres").contains(scheme) || address.getHost() == null) {
                throw new IllegalArgumentException(scheme);
            }
            String port = address.getPort() < 0 ? "" : ":" + address.getPort();
            String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
            config.setJdbcUrl("jdbc:postgresql://" + address.getHost() + port + address.getPath() + query);
            if (address.getUserInfo() != null) {
                String[] user = address.getUserInfo().split(":", 2);
                config.setUsername(user[0]);
                config.setPassword(user.length > 1 ? user[1] : null);
            }
            return new Database(config, true, "the database at " + address.getHost() + port);
        } catch (IllegalArgumentException malformed) {
            throw new UserException(
                    "The database address must look like postgresql://user:password@host:5432/stipple", malformed);
        }
    }

    /** Whether other replicas may use it at the same time. */
    public boolean shared() {
        return shared;
    }

    /** Statements that belong together; all of them happen or none. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does them. */
        T on(Connection connection) throws SQLException;
    }

    /**
     * Runs a transaction.
     *
     * @throws StoreException if the database fails
     */
    public <T> T run(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.on(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
            }
        } catch (SQLException failure) {
            throw new StoreException("The job database failed: " + reason(failure), failure);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
