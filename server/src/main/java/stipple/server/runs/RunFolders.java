package stipple.server.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * Where training runs and evaluation reports lie, and which there are now. What a client asks for is looked up by name among
 * those that were found, and links are not followed, so that nothing outside is ever read.
 */
public final class RunFolders {
    private static final int DEEPEST = 5;
    private static final int MOST_FOLDERS = 5000;
    private static final long FRESH_NANOS = 500_000_000;

    /** Parts of a run in which there is no other run. */
    private static final Pattern PART = Pattern.compile(
            "\\..*|(checkpoint|nonfinite|damaged)-\\d+|model|model-best|samples|tensorboard|pictures|node_modules");

    private final List<Path> roots;
    private volatile Found found;

    /**
     * A folder with a run, a report or both.
     *
     * @param id by which clients ask for it: its path below the root, with colons
     * @param path where it is
     * @param training whether there is a training run
     * @param evaluation whether there is an evaluation report
     */
    public record Entry(String id, Path path, boolean training, boolean evaluation) {
        /** The path below the root, for people. */
        public String name() {
            return id.replace(':', '/');
        }
    }

    /**
     * What there is.
     *
     * @param entries sorted by id
     * @param problems folders that were passed over, with reasons
     * @param time of the search, by {@link System#nanoTime}
     */
    public record Found(List<Entry> entries, List<String> problems, long time) {}

    /** Looks below these folders, which need not exist yet. */
    public RunFolders(List<Path> roots) {
        this.roots = List.copyOf(roots);
        for (Path root : this.roots) {
            if (Files.exists(root) && !Files.isDirectory(root)) {
                throw new UserException("Runs are looked for in folders, and " + root + " is a file");
            }
        }
    }

    /** The folders in which it looks, as they were given. */
    public List<Path> roots() {
        return roots;
    }

    /** What there is now. */
    public Found find() {
        Found last = found;
        if (last != null && System.nanoTime() - last.time() < FRESH_NANOS) {
            return last;
        }
        Search search = new Search();
        roots.forEach(search::root);
        Found now = new Found(
                search.entries.stream()
                        .sorted((a, b) -> a.id().compareTo(b.id()))
                        .toList(),
                List.copyOf(search.problems),
                System.nanoTime());
        found = now;
        return now;
    }

    /** One look through the folders. */
    private static final class Search {
        private final List<Entry> entries = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();
        private int folders;

        void root(Path root) {
            if (!Files.isDirectory(root)) {
                return;
            }
            try {
                // The root itself may be a link; it was given by who runs the server.
                Path real = root.toRealPath();
                folder(
                        real,
                        "",
                        real.getFileName() == null ? "root" : real.getFileName().toString(),
                        0);
            } catch (IOException e) {
                problems.add("Cannot read " + root + ": " + AtomicFile.reason(e));
            }
        }

        private void folder(Path folder, String id, String ownName, int depth) {
            if (++folders > MOST_FOLDERS || depth > DEEPEST) {
                if (folders == MOST_FOLDERS + 1) {
                    problems.add("There are more than " + MOST_FOLDERS + " folders; the others were not looked into");
                }
                return;
            }
            boolean training =
                    PlainFiles.is(folder.resolve(TrainingRun.METRICS)) || PlainFiles.is(folder.resolve(RunWords.FILE));
            boolean evaluation = PlainFiles.is(folder.resolve(Evaluation.REPORT));
            if (training || evaluation) {
                entries.add(new Entry(unique(id.isEmpty() ? ownName : id), folder, training, evaluation));
            }
            try (Stream<Path> inner = Files.list(folder)) {
                inner.sorted().forEach(path -> {
                    String name = path.getFileName().toString();
                    if (PART.matcher(name).matches()) {
                        return;
                    }
                    if (Files.isSymbolicLink(path)) {
                        if (Files.isDirectory(path)) {
                            problems.add("The link " + path + " is not followed; name its target by --runs");
                        }
                    } else if (Files.isDirectory(path)) {
                        folder(path, id.isEmpty() ? name : id + ":" + name, name, depth + 1);
                    }
                });
            } catch (IOException e) {
                problems.add("Cannot read " + folder + ": " + AtomicFile.reason(e));
            }
        }

        /** Two roots may hold runs of the same name. */
        private String unique(String id) {
            String free = id;
            for (int i = 2; !ids.add(free); i++) {
                free = id + "~" + i;
            }
            return free;
        }
    }
}
