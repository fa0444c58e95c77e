package stipple.model.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * One file on its way. The bytes that arrived lie in a file named by the digest they should have in the end, so that a later
 * pull, even of another commit, goes on where this one stopped; it takes its final name when all are there and hash right.
 */
final class FileDownload {
    private static final int CHUNK = 1 << 18;

    private final HubClient client;
    private final RepositoryId id;
    private final String commit;
    private final HubFile file;
    private final Path part;
    private final Path whole;
    private final LongConsumer present;
    private MessageDigest digest;
    private long digested;
    private boolean wrongBefore;

    /**
     * A download.
     *
     * @param present is told how many bytes of the file are there, whenever that changes
     */
    FileDownload(
            HubClient client, RepositoryId id, String commit, HubFile file, Staging staging, LongConsumer present) {
        this.client = client;
        this.id = id;
        this.commit = commit;
        this.file = file;
        this.part = staging.part(file);
        this.whole = staging.whole(file);
        this.present = present;
        restart();
    }

    /**
     * Fetches what is missing, through any number of broken connections as long as each brings something.
     *
     * @throws UserException if the hub has not what it lists, or does not answer for too long
     */
    void run() {
        Patience patience = client.patience(file.path() + " of " + id);
        while (!Files.exists(whole)) {
            long before = digested;
            try (FileChannel channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                readPresent(channel);
                if (digested < file.size()) {
                    fetch(channel);
                }
                verify(channel);
                Files.move(part, whole);
            } catch (IOException failure) {
                requireDisk(failure);
                patience.failed(failure, digested > before);
            }
        }
        present.accept(file.size());
    }

    private void restart() {
        digest = file.digest().start(file.size());
        digested = 0;
    }

    private void restart(FileChannel channel) throws IOException {
        channel.truncate(0);
        restart();
        present.accept(0);
    }

    /** Hashes what an earlier attempt or an earlier pull left. */
    private void readPresent(FileChannel channel) throws IOException {
        if (channel.size() > file.size() || channel.size() < digested) {
            restart(channel);
        }
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        channel.position(digested);
        while (channel.read(buffer.clear()) >= 0) {
            digest(buffer.flip());
        }
    }

    private void digest(ByteBuffer bytes) {
        digested += bytes.remaining();
        digest.update(bytes);
    }

    private void fetch(FileChannel channel) throws IOException {
        try (HubClient.Answer answer = client.open(id, commit, file, digested)) {
            Optional<String> other = answer.etag().filter(file.digest()::contradicts);
            if (other.isPresent()) {
                throw new UserException("The hub lists " + file.path() + " of " + id + " as "
                        + file.digest().hex() + " but serves " + other.get() + "; use another mirror");
            }
            if (answer.status() == 416) {
                restart(channel);
                throw new IOException("the hub has no bytes from " + digested);
            }
            if (answer.status() == 200 && digested > 0) {
                // It does not do ranges.
                restart(channel);
            }
            requireRange(answer);
            copy(answer, channel);
        }
    }

    /** Lies about where the bytes belong or how many come would spoil the file, or only show at its end. */
    private void requireRange(HubClient.Answer answer) throws IOException {
        if (answer.status() == 206) {
            String wanted = "bytes " + digested + "-" + (file.size() - 1) + "/" + file.size();
            String range = answer.header("Content-Range").orElse("none");
            if (!range.equals(wanted)) {
                throw new IOException("asked for " + wanted + ", the answer is " + range);
            }
        }
        Optional<String> length = answer.header("Content-Length");
        long left = file.size() - digested;
        if (length.isPresent() && !length.get().equals(Long.toString(left))) {
            throw new IOException("expected " + left + " bytes, the answer announces " + length.get());
        }
    }

    private void copy(HubClient.Answer answer, FileChannel channel) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (Silence body = new Silence(answer.body(), client.options().retry().silence())) {
            int read = body.read(chunk);
            while (read >= 0) {
                if (digested + read > file.size()) {
                    restart(channel);
                    throw new IOException("more bytes came than the " + file.size() + " that are listed");
                }
                AtomicFile.writeFully(channel, ByteBuffer.wrap(chunk, 0, read));
                digest(ByteBuffer.wrap(chunk, 0, read));
                present.accept(digested);
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("interrupted");
                }
                read = body.read(chunk);
            }
        }
    }

    private void verify(FileChannel channel) throws IOException {
        if (digested < file.size()) {
            throw new IOException("the connection ended after " + digested + " of " + file.size() + " bytes");
        }
        channel.force(true);
        if (file.digest().matches(digest.digest())) {
            return;
        }
        restart(channel);
        if (wrongBefore) {
            throw new UserException(file.path() + " of " + id + " does not hash to "
                    + file.digest().hex()
                    + ", which the hub lists, twice in a row; nothing of it was kept, use another mirror");
        }
        // A flipped bit on the way is rare but real; a wrong file comes again.
        wrongBefore = true;
        throw new IOException("the content does not have the digest that the hub lists");
    }

    /** Trying again helps against a broken connection, not against a full disk. */
    private void requireDisk(IOException failure) {
        if (failure instanceof java.nio.file.FileSystemException
                || String.valueOf(failure.getMessage()).contains("No space")) {
            throw new UserException("Cannot write " + part + ": " + AtomicFile.reason(failure), failure);
        }
    }
}
