package stipple.model.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A body whose reader does not wait for ever: when no byte has come for a while, the connection is closed and reads fail. */
final class Silence extends FilterInputStream {
    private final Duration longest;
    private final Thread watch;
    private volatile long heard = System.nanoTime();
    private volatile boolean broken;

    Silence(InputStream body, Duration longest) {
        super(body);
        this.longest = longest;
        watch = Thread.ofVirtual().name("silence").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                long left = longest.toNanos() - (System.nanoTime() - heard);
                if (left <= 0) {
                    broken = true;
                    in.close();
                    return;
                }
                Thread.sleep(Duration.ofNanos(left));
            }
        } catch (InterruptedException over) {
            // The body was read or given up.
        } catch (IOException closing) {
            // The reader fails all the same.
            System.getLogger(Silence.class.getName())
                    .log(System.Logger.Level.DEBUG, "Closing a silent connection", closing);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int read = in.read(into, offset, length);
            heard = System.nanoTime();
            if (read < 0 && broken) {
                throw new IOException("closed");
            }
            return read;
        } catch (IOException failure) {
            if (broken) {
                throw new IOException("nothing arrived for " + longest.toSeconds() + " s", failure);
            }
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        super.close();
    }
}
