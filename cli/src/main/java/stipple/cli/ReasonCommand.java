package stipple.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.files.AtomicFile;
import stipple.model.pacore.ChatEndpoint;
import stipple.model.pacore.ChatMessage;
import stipple.model.pacore.ChatSettings;
import stipple.model.pacore.Effort;
import stipple.model.pacore.Pacore;
import stipple.model.pacore.PacoreResult;
import stipple.model.pacore.Sampling;
import stipple.torch.UserException;

/** {@code stipple reason "QUESTION"}. */
@Command(
        name = "reason",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Answers a question by parallel coordinated reasoning (PaCoRe) over an OpenAI-compatible chat endpoint.",
            "Rounds of independent answers are drawn, each cut down to its conclusion and shown to the next round."
        },
        footer = {
            "",
            "Examples:",
            "  stipple reason \"How many primes are below 1000?\" --endpoint http://127.0.0.1:8000/v1 --chat-model qwen3",
            "  stipple reason --file problem.txt --endpoint URL --chat-model NAME --effort high --journal run.jsonl"
        })
final class ReasonCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "QUESTION", arity = "0..1", description = "what to answer")
    private String question;

    @Option(names = "--file", paramLabel = "FILE", description = "a file with the question")
    private Path file;

    @Option(names = "--system", paramLabel = "TEXT", description = "what the model is told before the question")
    private String system;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            required = true,
            description = "address up to and without /chat/completions")
    private String endpoint;

    @Option(names = "--chat-model", paramLabel = "NAME", required = true, description = "the model's name there")
    private String model;

    @Option(
            names = "--key-variable",
            paramLabel = "NAME",
            description = "environment variable with the endpoint's key, if it is set (default: ${DEFAULT-VALUE})")
    private String keyVariable = "OPENAI_API_KEY";

    @Option(
            names = "--effort",
            paramLabel = "NAME",
            description = "low (4 answers and a last one), medium (16), high (32, then 4), or such as 8,2"
                    + " (default: ${DEFAULT-VALUE})")
    private String effort = "low";

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "keep answers in this file; the same command goes on from it")
    private Path journal;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "answers at once, 1 to 1024 (default: ${DEFAULT-VALUE})")
    private int concurrency = 16;

    @Option(names = "--temperature", paramLabel = "X", description = "0 to 2 (default: ${DEFAULT-VALUE})")
    private double temperature = Sampling.DEFAULT.temperature();

    @Option(names = "--top-p", paramLabel = "X", description = "above 0 to 1 (default: ${DEFAULT-VALUE})")
    private double topP = Sampling.DEFAULT.topP();

    @Option(names = "--max-tokens", paramLabel = "N", description = "of an answer (default: ${DEFAULT-VALUE})")
    private int maxTokens = Sampling.DEFAULT.maxTokens();

    @Option(names = "--seed", paramLabel = "S", description = "of the first answer (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--no-seed", description = "send no seeds, for servers that refuse them")
    private boolean noSeed;

    @Option(names = "--retries", paramLabel = "N", description = "of an answer (default: ${DEFAULT-VALUE})")
    private int retries = 5;

    @Option(names = "--timeout", paramLabel = "S", description = "seconds for an answer (default: ${DEFAULT-VALUE})")
    private int timeout = 7200;

    @Option(names = "--json", description = "print every event and the answer as lines of JSON")
    private boolean json;

    @Override
    public Integer call() {
        List<ChatMessage> conversation = conversation();
        ChatSettings settings = new ChatSettings(
                ChatSettings.address(endpoint),
                model,
                Host.of(spec).environment().getOrDefault(keyVariable, ""),
                new Sampling(temperature, topP, maxTokens),
                !noSeed,
                retries,
                Duration.ofSeconds(1),
                Duration.ofSeconds(timeout));
        PrintWriter out = spec.commandLine().getOut();
        ReasonPrinter printer = new ReasonPrinter(out, spec.commandLine().getErr(), json);
        try (Cancellation cancellation = new Cancellation();
                ChatEndpoint chat = new ChatEndpoint(settings)) {
            cancellation.stopBy(Thread.currentThread()::interrupt);
            Pacore pacore =
                    new Pacore(chat, Effort.of(effort)).concurrency(concurrency).seed(seed);
            PacoreResult result = (journal == null ? pacore : pacore.journal(journal)).run(conversation, printer);
            printer.result(result);
        }
        return 0;
    }

    private List<ChatMessage> conversation() {
        if ((question == null) == (file == null)) {
            throw new UserException(
                    question == null
                            ? "There is no question; for example: stipple reason \"How many primes are below 1000?\""
                                    + " --endpoint URL --chat-model NAME"
                            : "The question is given twice, as an argument and by --file; leave one out");
        }
        List<ChatMessage> conversation = new ArrayList<>();
        if (system != null) {
            conversation.add(new ChatMessage("system", system));
        }
        conversation.add(ChatMessage.user(question == null ? text(file) : question));
        if (conversation.getLast().content().isBlank()) {
            throw new UserException("The question is empty");
        }
        return conversation;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UserException("Cannot read the question " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
