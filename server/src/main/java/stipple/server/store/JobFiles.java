package stipple.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Optional;
import java.util.regex.Pattern;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** The files of jobs by name: pictures that were sent and drawn. */
public sealed interface JobFiles {
    /** What names look like; nothing in them leads out of a folder. */
    Pattern NAME = Pattern.compile("[0-9a-f]{32}-[0-9a-z.]+");

    /** Writes a file, whole or not at all. */
    void write(String name, byte[] content);

    /** Reads a file, if it is there. */
    Optional<byte[]> read(String name);

    /** Removes a file, if it is there. */
    void delete(String name);

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("No job file is called " + name);
        }
        return name;
    }

    /**
     * Files in a folder, spread over sub-folders by the first digits of their names.
     *
     * @param folder where they lie
     */
    record InFolder(Path folder) implements JobFiles {
        private Path path(String name) {
            return folder.resolve(checked(name).substring(0, 2)).resolve(name);
        }

        @Override
        public void write(String name, byte[] content) {
            try {
                AtomicFile.write(path(name), content);
            } catch (UserException failure) {
                // Not the mistake of whoever asked for a picture.
                throw new StoreException(failure.getMessage(), failure);
            }
        }

        @Override
        public Optional<byte[]> read(String name) {
            try {
                return Files.isRegularFile(path(name)) ? Optional.of(Files.readAllBytes(path(name))) : Optional.empty();
            } catch (IOException failure) {
                throw new StoreException("Cannot read " + path(name) + ": " + AtomicFile.reason(failure), failure);
            }
        }

        @Override
        public void delete(String name) {
            try {
                Files.deleteIfExists(path(name));
            } catch (IOException failure) {
                throw new StoreException("Cannot delete " + path(name) + ": " + AtomicFile.reason(failure), failure);
            }
        }
    }

    /**
     * Files in the database, where every replica finds them.
     *
     * @param database the database
     */
    record InDatabase(Database database) implements JobFiles {
        @Override
        public void write(String name, byte[] content) {
            database.run(connection -> {
                try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO files (name, content) VALUES (?, ?)"
                                + " ON CONFLICT (name) DO UPDATE SET content = excluded.content")) {
                    insert.setString(1, checked(name));
                    insert.setBytes(2, content);
                    return insert.executeUpdate();
                }
            });
        }

        @Override
        public Optional<byte[]> read(String name) {
            return database.run(connection -> {
                try (PreparedStatement select =
                        connection.prepareStatement("SELECT content FROM files WHERE name = ?")) {
                    select.setString(1, checked(name));
                    try (ResultSet rows = select.executeQuery()) {
                        return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
                    }
                }
            });
        }

        @Override
        public void delete(String name) {
            database.run(connection -> {
                try (PreparedStatement delete = connection.prepareStatement("DELETE FROM files WHERE name = ?")) {
                    delete.setString(1, checked(name));
                    return delete.executeUpdate();
                }
            });
        }
    }
}
