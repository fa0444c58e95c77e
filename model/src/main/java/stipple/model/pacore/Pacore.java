package stipple.model.pacore;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import stipple.torch.UserException;

/**
 * Parallel coordinated reasoning (arXiv 2601.05593): each round asks for several answers at once, cuts them down to their
 * conclusions and shows these to the next round; a last round of one answer gives the result. The conclusions of a round are
 * ordered by length and then shuffled with a fixed seed, so that the next question does not depend on who finished first.
 *
 * <pre>{@code
 * try (ChatEndpoint endpoint = new ChatEndpoint(settings)) {
 *     PacoreResult result = new Pacore(endpoint, Effort.LOW)
 *             .concurrency(8)
 *             .journal(Path.of("answers.jsonl"))
 *             .run(List.of(ChatMessage.user("How many primes are below 100?")), PacoreListener.NONE);
 * }
 * }</pre>
 */
public final class Pacore {
    private static final int MOST_AT_ONCE = 1024;

    private final Trajectories trajectories;
    private final Effort effort;
    private final int concurrency;
    private final long seed;
    private final Path journal;

    /** Over a sampler, 16 answers at once, without a journal. */
    public Pacore(Trajectories trajectories, Effort effort) {
        this(trajectories, effort, 16, 0, null);
    }

    private Pacore(Trajectories trajectories, Effort effort, int concurrency, long seed, Path journal) {
        this.trajectories = trajectories;
        this.effort = effort;
        this.concurrency = concurrency;
        this.seed = seed;
        this.journal = journal;
    }

    /** With at most so many answers sampled at once, 1 to 1024. */
    public Pacore concurrency(int most) {
        if (most < 1 || most > MOST_AT_ONCE) {
            throw new UserException("Answers at once must be from 1 to " + MOST_AT_ONCE + ", got " + most);
        }
        return new Pacore(trajectories, effort, most, seed, journal);
    }

    /** With seeds of answers that start here. */
    public Pacore seed(long first) {
        return new Pacore(trajectories, effort, concurrency, first, journal);
    }

    /** With answers kept in a file, from which interrupted work goes on. */
    public Pacore journal(Path file) {
        return new Pacore(trajectories, effort, concurrency, seed, file);
    }

    /**
     * Answers the last turn of the user.
     *
     * @param conversation with at least one turn of the user
     * @throws UserException if a round has no answer at all
     * @throws CancellationException if the thread is interrupted
     */
    public PacoreResult run(List<ChatMessage> conversation, PacoreListener listener) {
        if (conversation.stream().noneMatch(ChatMessage::isUser)) {
            throw new UserException("There is nothing to answer: the conversation has no turn of the user");
        }
        PacoreListener calm = new OneAtATime(listener);
        Journal kept = journal == null ? null : new Journal(journal, key(conversation));
        List<List<String>> conclusions = new ArrayList<>();
        List<Trajectory> all = new ArrayList<>();
        List<Integer> rounds = effort.all();
        List<String> references = List.of();
        int failed = 0;
        for (int round = 1; round <= rounds.size(); round++) {
            Round work = new Round(round, rounds.get(round - 1), round == rounds.size(), kept, calm);
            List<Trajectory> answers = work.sample(conversation, references);
            failed += rounds.get(round - 1) - answers.size();
            all.addAll(answers);
            references = Conclusions.ordered(answers.stream()
                    .map(answer -> Compaction.conclusion(answer.text()))
                    .toList());
            if (references.isEmpty()) {
                throw new UserException("Round " + round + " has no answer with a conclusion"
                        + (work.reason.isEmpty() ? "; allow answers more tokens" : ": " + work.reason));
            }
            if (kept != null) {
                kept.close(round);
            }
            conclusions.add(references);
        }
        return new PacoreResult(
                conclusions.removeLast().getFirst(),
                conclusions,
                all.size(),
                failed,
                all.stream().mapToLong(Trajectory::promptTokens).sum(),
                all.stream().mapToLong(Trajectory::tokens).sum());
    }

    private String key(List<ChatMessage> conversation) {
        String whole = trajectories.identity() + "\n" + effort + "\n" + seed + "\n" + conversation;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** One round being sampled. */
    private final class Round {
        private final int number;
        private final int answers;
        private final boolean last;
        private final Journal kept;
        private final PacoreListener listener;
        private String reason = "";

        Round(int number, int answers, boolean last, Journal kept, PacoreListener listener) {
            this.number = number;
            this.answers = answers;
            this.last = last;
            this.kept = kept;
            this.listener = listener;
        }

        /** What an answer came to: itself, or why not. */
        private record Outcome(int index, Trajectory answer, String reason) {}

        List<Trajectory> sample(List<ChatMessage> conversation, List<String> references) {
            Trajectory[] found = new Trajectory[answers];
            List<Integer> missing = new ArrayList<>();
            for (int i = 0; i < answers; i++) {
                found[i] = kept == null ? null : kept.answer(number, i);
                if (found[i] == null && (kept == null || !kept.closed(number))) {
                    missing.add(i);
                }
            }
            listener.began(number, answers, answers - missing.size());
            List<ChatMessage> asked = SynthesisPrompt.of(conversation, references);
            Semaphore free = new Semaphore(concurrency);
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            try {
                ExecutorCompletionService<Outcome> working = new ExecutorCompletionService<>(threads);
                for (int index : missing) {
                    long ownSeed = seed + 1_000_003L * number + index;
                    TrajectoryRequest request = new TrajectoryRequest(asked, references, number, index, ownSeed);
                    working.submit(() -> {
                        free.acquire();
                        try {
                            return one(request);
                        } finally {
                            free.release();
                        }
                    });
                }
                for (int i = 0; i < missing.size(); i++) {
                    Outcome outcome = working.take().get();
                    found[outcome.index()] = outcome.answer();
                    reason = outcome.reason() == null ? reason : outcome.reason();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted in round " + number);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException("An answer failed in an unknown way", e.getCause());
            } finally {
                // After a failure that concerns all, nobody waits for the others.
                threads.shutdownNow();
                threads.close();
            }
            List<Trajectory> had = new ArrayList<>();
            for (Trajectory one : found) {
                if (one != null) {
                    had.add(one);
                }
            }
            return had;
        }

        private Outcome one(TrajectoryRequest request) throws InterruptedException {
            try {
                Trajectory answer = trajectories.sample(request, last ? listener::piece : text -> {});
                if (kept != null) {
                    kept.put(number, request.index(), answer);
                }
                listener.answered(number, request.index(), answer);
                return new Outcome(request.index(), answer, null);
            } catch (FailedTrajectory e) {
                listener.failed(number, request.index(), e.getMessage());
                return new Outcome(request.index(), null, e.getMessage());
            }
        }
    }

    /** Passes calls on one at a time. */
    private record OneAtATime(PacoreListener to) implements PacoreListener {
        @Override
        public synchronized void began(int round, int answers, int known) {
            to.began(round, answers, known);
        }

        @Override
        public synchronized void answered(int round, int index, Trajectory answer) {
            to.answered(round, index, answer);
        }

        @Override
        public synchronized void failed(int round, int index, String reason) {
            to.failed(round, index, reason);
        }

        @Override
        public synchronized void piece(String text) {
            to.piece(text);
        }
    }
}
