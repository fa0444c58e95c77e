package stipple.model.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * Brings a model from a hub into a {@link ModelStore}. The model's folder appears, or is replaced, only when every file is
 * there and hashes to what the hub lists; what an interrupted pull fetched is used by the next.
 */
public final class ModelPull {
    private static final double GIB = 1L << 30;

    /** Beside what is to be fetched, so that the machine can still breathe afterwards. */
    private static final long SPARE = 64L << 20;

    private final ModelStore store;
    private final HubOptions options;
    private final Consumer<Path> check;
    private final PullListener listener;

    /**
     * Pulls into a store.
     *
     * @param check looks at a folder that has everything but the weights before they are fetched, and throws if it is not
     *     worth it
     */
    public ModelPull(ModelStore store, HubOptions options, Consumer<Path> check, PullListener listener) {
        this.store = store;
        this.options = options;
        this.check = check;
        this.listener = listener;
    }

    /** How a pull ended. */
    public enum Outcome {
        /** The model was not there before. */
        PULLED,
        /** An older commit was replaced. */
        UPDATED,
        /** The commit was there already. */
        CURRENT,
        /** The model is there, and whether it is current was not asked. */
        UNASKED
    }

    /**
     * A model that is there.
     *
     * @param folder it lies in
     * @param commit of its files
     */
    public record Pulled(Outcome outcome, Path folder, String commit) {}

    /**
     * Pulls a model.
     *
     * @throws UserException if it cannot be had, with the reason
     * @throws CancellationException if the thread was interrupted; what arrived is kept
     */
    public Pulled pull(RepositoryId id) {
        Path target = store.folder(id);
        if (options.offline()) {
            PulledModel there = PulledModel.read(target)
                    .orElseThrow(() -> new UserException(id + " is not in " + store.root()
                            + ", and it cannot be fetched offline; leave out --offline, or unset HF_HUB_OFFLINE"));
            return new Pulled(Outcome.UNASKED, target, there.commit());
        }
        try (HubClient client = new HubClient(options, listener);
                PullLock lock = PullLock.of(target, listener)) {
            if (Staging.leftBeside(target).isPresent()) {
                new Staging(Staging.beside(target)).recover(target);
            }
            Optional<PulledModel> before = PulledModel.read(target);
            if (before.isEmpty() && Files.exists(target)) {
                throw new UserException(target + " is there but was not pulled from a hub; move it away first");
            }
            RepositoryListing listing = client.list(id);
            List<HubFile> files = FileChoice.of(listing.files());
            if (before.isPresent() && current(target, before.get(), files)) {
                if (!before.get().commit().equals(listing.commit())) {
                    PulledModel.now(id, listing.commit(), options, files).write(target);
                }
                return new Pulled(Outcome.CURRENT, target, listing.commit());
            }
            fetch(client, id, listing.commit(), files, before);
            return new Pulled(before.isPresent() ? Outcome.UPDATED : Outcome.PULLED, target, listing.commit());
        } catch (IOException failure) {
            throw new UserException("Cannot write " + target + ": " + AtomicFile.reason(failure), failure);
        }
    }

    /** Whether the files of a folder are those of a commit; a file that was removed or cut by hand is fetched again. */
    private static boolean current(Path folder, PulledModel before, List<HubFile> files) throws IOException {
        if (!List.copyOf(before.files()).equals(files)) {
            return false;
        }
        for (HubFile file : files) {
            Path path = folder.resolve(file.path());
            if (!Files.isRegularFile(path) || Files.size(path) != file.size()) {
                return false;
            }
        }
        return true;
    }

    private void fetch(
            HubClient client, RepositoryId id, String commit, List<HubFile> files, Optional<PulledModel> before)
            throws IOException {
        Path target = store.folder(id);
        if (files.stream().noneMatch(HubFile::weights)) {
            throw new UserException(id + " holds no weights that can be read here (.safetensors, .pt, .bin)");
        }
        Staging staging = new Staging(Staging.beside(target));
        if (before.isPresent()) {
            for (HubFile file : files) {
                if (before.get().files().contains(file)) {
                    staging.adopt(target.resolve(file.path()), file);
                }
            }
        }
        long total = files.stream().mapToLong(HubFile::size).sum();
        listener.planned(commit, files.size(), total);
        requireSpace(id, files, staging);
        Progress progress = new Progress(total);
        List<HubFile> small = files.stream().filter(file -> !file.weights()).toList();
        List<FileDownload> downloads = new ArrayList<>();
        for (HubFile file : files) {
            downloads.add(new FileDownload(client, id, commit, file, staging, progress.of(staging.present(file))));
        }
        run(pick(files, downloads, false));
        try {
            check.accept(staging.tree(small));
        } catch (UserException unsuitable) {
            staging.discard();
            throw unsuitable;
        }
        run(pick(files, downloads, true));
        PulledModel.now(id, commit, options, files).write(staging.tree(files));
        staging.publish(target);
    }

    private static List<FileDownload> pick(List<HubFile> files, List<FileDownload> downloads, boolean weights) {
        List<FileDownload> picked = new ArrayList<>();
        List<FileDigest> seen = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            // Files of the same content are fetched once.
            if (files.get(i).weights() == weights && !seen.contains(files.get(i).digest())) {
                seen.add(files.get(i).digest());
                picked.add(downloads.get(i));
            }
        }
        return picked;
    }

    private static void requireSpace(RepositoryId id, List<HubFile> files, Staging staging) throws IOException {
        long missing = 0;
        for (HubFile file : files) {
            missing += file.size() - staging.present(file);
        }
        long free = staging.freeSpace();
        if (missing > 0 && missing + SPARE > free) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "%s needs %.2f GiB more on disk, but only %.2f GiB are free; make room, then pull again",
                    id,
                    (missing + SPARE) / GIB,
                    free / GIB));
        }
    }

    /** Runs downloads side by side; the first that fails ends the others. */
    private void run(List<FileDownload> downloads) {
        ExecutorService threads = Executors.newFixedThreadPool(
                options.connections(), Thread.ofVirtual().name("pull-", 0).factory());
        try {
            ExecutorCompletionService<Void> running = new ExecutorCompletionService<>(threads);
            List<Future<Void>> all = new ArrayList<>();
            for (FileDownload download : downloads) {
                all.add(running.submit(download::run, null));
            }
            for (int i = 0; i < all.size(); i++) {
                running.take().get();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case UserException mistake -> throw mistake;
                case RuntimeException ours -> throw ours;
                case Error error -> throw error;
                default -> throw new IllegalStateException("A download failed", failure.getCause());
            }
        } finally {
            threads.shutdownNow();
            // Nobody writes any more when this returns: the lock is about to be released.
            threads.close();
        }
    }

    /** Adds up what the downloads tell of their files. */
    private final class Progress {
        private final long total;
        private final AtomicLong done = new AtomicLong();

        Progress(long total) {
            this.total = total;
        }

        /** The counter of one file, of which some bytes are there. */
        LongConsumer of(long there) {
            done.addAndGet(there);
            AtomicLong last = new AtomicLong(there);
            return now -> {
                long before = last.getAndSet(now);
                listener.progress(done.addAndGet(now - before), total);
            };
        }
    }
}
