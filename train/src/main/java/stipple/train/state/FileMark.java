package stipple.train.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * By what a file is recognised as whole.
 *
 * @param bytes its length
 * @param crc32c checksum of its content, eight hex digits
 */
public record FileMark(long bytes, String crc32c) {
    private static final int CHUNK = 1 << 20;

    /** Reads a file through. */
    static FileMark of(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            CRC32C checksum = new CRC32C();
            ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
            long bytes = 0;
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                bytes += buffer.remaining();
                checksum.update(buffer);
                buffer.clear();
            }
            return new FileMark(bytes, HexFormat.of().toHexDigits((int) checksum.getValue()));
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
