package stipple.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A container file, read.
 *
 * @param instructions in order, each with what follows it on its line and the continued ones
 */
record Dockerfile(List<Instruction> instructions) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One instruction. */
    record Instruction(String name, String text) {}

    static Dockerfile read(Path file) throws IOException {
        List<Instruction> found = new ArrayList<>();
        String whole = Files.readString(file)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .reduce("", (text, line) -> text + line + "\n")
                .replace("\\\n", " ");
        whole.lines().filter(line -> !line.isBlank()).forEach(line -> {
            String[] parts = line.split("\\s+", 2);
            found.add(new Instruction(parts[0], parts[1].strip()));
        });
        return new Dockerfile(List.copyOf(found));
    }

    List<String> all(String name) {
        return instructions.stream()
                .filter(instruction -> instruction.name().equals(name))
                .map(Instruction::text)
                .toList();
    }

    String only(String name) {
        List<String> found = all(name);
        if (found.size() != 1) {
            throw new AssertionError(name + " is there " + found.size() + " times");
        }
        return found.getFirst();
    }

    /** An instruction in the form of a JSON array. */
    List<String> array(String name) throws IOException {
        return List.of(JSON.readValue(only(name), String[].class));
    }

    Map<String, String> environment() {
        Map<String, String> variables = new TreeMap<>();
        for (String line : all("ENV")) {
            for (String pair : line.split("\\s+")) {
                String[] parts = pair.split("=", 2);
                variables.put(parts[0], parts[1]);
            }
        }
        return variables;
    }

    /** The environment that options read. */
    Map<String, String> settings() {
        Map<String, String> settings = environment();
        settings.keySet().removeIf(name -> !name.startsWith("STIPPLE_"));
        return settings;
    }
}
