package stipple.eval.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** Reads the prompts of a public benchmark from the user's copy. */
final class BenchmarkPrompts {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** OneIG-Bench's categories and the folders that its scripts read. */
    private static final Map<String, String> ONEIG = Map.of(
            "anime_stylization", "anime",
            "portrait", "human",
            "general_object", "object",
            "text_rendering", "text",
            "knowledge_reasoning", "reasoning",
            "multilingualism", "multilingualism");

    private BenchmarkPrompts() {}

    /**
     * Reads all prompts in the order of the copy.
     *
     * @throws UserException if there is nothing of this benchmark
     */
    static List<BenchmarkPrompt> read(Benchmark benchmark, Path source) {
        try {
            List<BenchmarkPrompt> prompts = switch (benchmark) {
                case GENEVAL -> genEval(source);
                case DPG -> dpg(source);
                case WISE -> wise(source);
                case ONEIG -> oneIg(source);
                case GENAI_BENCH -> genAi(source);
            };
            if (prompts.isEmpty()) {
                throw wrong(benchmark, source, "holds no prompts");
            }
            for (BenchmarkPrompt prompt : prompts) {
                // Ids become names of files.
                if (!prompt.id().matches("[A-Za-z0-9_-][A-Za-z0-9_. -]*")) {
                    throw wrong(benchmark, source, "has a prompt with the id '" + prompt.id() + "'");
                }
            }
            return prompts;
        } catch (JsonProcessingException e) {
            throw wrong(
                    benchmark,
                    source,
                    "is not JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new UserException(
                    "Cannot read " + source + ": " + AtomicFile.reason(e) + "; " + benchmark.id() + " needs "
                            + benchmark.source(),
                    e);
        }
    }

    private static UserException wrong(Benchmark benchmark, Path source, String what) {
        return new UserException(source + " " + what + "; " + benchmark.id() + " needs " + benchmark.source());
    }

    private static List<BenchmarkPrompt> genEval(Path file) throws IOException {
        List<BenchmarkPrompt> prompts = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank()) {
                String id = String.format(Locale.ROOT, "%05d", prompts.size());
                prompts.add(new BenchmarkPrompt(
                        id, "", text(Benchmark.GENEVAL, file, MAPPER.readTree(line), "prompt"), line));
            }
        }
        return prompts;
    }

    private static List<BenchmarkPrompt> dpg(Path folder) throws IOException {
        List<BenchmarkPrompt> prompts = new ArrayList<>();
        for (Path file : listed(folder, ".txt")) {
            String name = file.getFileName().toString();
            prompts.add(new BenchmarkPrompt(
                    name.substring(0, name.length() - ".txt".length()),
                    "",
                    Files.readString(file).strip(),
                    ""));
        }
        return prompts;
    }

    private static List<BenchmarkPrompt> wise(Path source) throws IOException {
        List<BenchmarkPrompt> prompts = new ArrayList<>();
        for (Path file : Files.isDirectory(source) ? listed(source, ".json") : List.of(source)) {
            for (JsonNode entry : MAPPER.readTree(file.toFile())) {
                String id = text(Benchmark.WISE, file, entry, "prompt_id");
                prompts.add(new BenchmarkPrompt(id, "", text(Benchmark.WISE, file, entry, "Prompt"), ""));
            }
        }
        return prompts;
    }

    private static List<BenchmarkPrompt> oneIg(Path file) throws IOException {
        List<List<String>> rows = Csv.read(Files.readString(file));
        List<String> names = rows.isEmpty() ? List.of() : rows.getFirst();
        int category = names.indexOf("category");
        int id = names.indexOf("id");
        int text = Math.max(names.indexOf("prompt_en"), names.indexOf("prompt_cn"));
        if (category < 0 || id < 0 || text < 0) {
            throw wrong(Benchmark.ONEIG, file, "lacks the column category, id or prompt_en");
        }
        List<BenchmarkPrompt> prompts = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            if (row.size() <= Math.max(category, Math.max(id, text))) {
                throw wrong(Benchmark.ONEIG, file, "has a row of " + row.size() + " columns");
            }
            String folder = ONEIG.get(row.get(category).toLowerCase(Locale.ROOT).replace(' ', '_'));
            if (folder == null) {
                throw wrong(Benchmark.ONEIG, file, "has the category '" + row.get(category) + "'");
            }
            prompts.add(new BenchmarkPrompt(row.get(id), folder, row.get(text), ""));
        }
        return prompts;
    }

    private static List<BenchmarkPrompt> genAi(Path file) throws IOException {
        List<BenchmarkPrompt> prompts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : MAPPER.readTree(file.toFile()).properties()) {
            String text = text(Benchmark.GENAI_BENCH, file, entry.getValue(), "prompt");
            prompts.add(new BenchmarkPrompt(entry.getKey(), "", text, ""));
        }
        return prompts;
    }

    private static List<Path> listed(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static String text(Benchmark benchmark, Path file, JsonNode entry, String key) {
        String text = entry.path(key).asText("");
        if (text.isEmpty()) {
            throw wrong(benchmark, file, "has an entry without '" + key + "'");
        }
        return text;
    }
}
