package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import stipple.server.ServerOptions;
import stipple.train.recipe.RecipeReader;

/** Every option, variable, port, path and user in the files under {@code deploy/} is the product's, and they fit each other. */
class DeployTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DEPLOY = ROOT.resolve("deploy");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String USER = "10001";

    @TempDir
    Path temp;

    private static List<JsonNode> documents(String file) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        // Jackson's own reader does not follow references.
        new Yaml()
                .loadAll(Files.readString(DEPLOY.resolve(file)))
                .forEach(document -> documents.add(JSON.valueToTree(document)));
        return documents;
    }

    private static JsonNode document(String file, String kind) throws IOException {
        return documents(file).stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + file));
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Parses a command line as the command would; throws if there is no such option or its value is of the wrong kind. */
    private static ParseResult parsed(Map<String, String> environment, List<String> args) {
        EnvironmentDefaults defaults = new EnvironmentDefaults(environment);
        CommandLine line = Main.commandLine(new Host(environment, Path.of("nowhere"), false), defaults);
        assertEquals(Set.of(), defaults.unknown(line), "variables that no option reads");
        return line.parseArgs(args.toArray(String[]::new)).subcommand();
    }

    private static Object value(ParseResult parsed, String option) {
        return parsed.commandSpec().findOption(option).getValue();
    }

    private static Map<String, String> variables(JsonNode container) {
        Map<String, String> variables = new HashMap<>();
        container.path("env").forEach(variable -> {
            String value = variable.has("value") ? variable.get("value").asText() : "from a secret";
            if (variable.get("name").asText().startsWith("STIPPLE_")) {
                variables.put(variable.get("name").asText(), value);
            }
        });
        return variables;
    }

    @Test
    void every_file_is_checked_here() throws IOException {
        Set<String> files = new TreeSet<>();
        try (Stream<Path> all = Files.walk(DEPLOY)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.add(DEPLOY.relativize(file).toString()));
        }
        assertEquals(
                Set.of(
                        "Dockerfile",
                        "Dockerfile.cuda",
                        "compose.yaml",
                        "grafana/dashboards/stipple.json",
                        "grafana/provisioning/dashboards/stipple.yaml",
                        "grafana/provisioning/datasources/prometheus.yaml",
                        "kubernetes/autoscaler.yaml",
                        "kubernetes/stipple.yaml",
                        "prometheus/prometheus.yml",
                        "pytorchjob.yaml"),
                files);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile", "Dockerfile.cuda"})
    void an_image_starts_the_command_as_the_launcher_does(String name) throws Exception {
        Dockerfile file = Dockerfile.read(DEPLOY.resolve(name));
        Path java = Files.writeString(temp.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertTrue(java.toFile().setExecutable(true));
        List<String> command = new ArrayList<>(file.array("ENTRYPOINT"));
        command.addAll(List.of("serve", "--model", "/models/a model"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(file.environment());
        builder.environment().put("PATH", temp + ":/usr/bin:/bin");
        Process process = builder.start();
        List<String> args = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertEquals(0, process.waitFor(), args.toString());
        int main = args.indexOf(Main.class.getName());
        assertEquals(List.of("serve", "--model", "/models/a model"), args.subList(main + 1, args.size()));
        assertEquals(List.of("-cp", "/opt/stipple/*"), args.subList(main - 2, main));
        for (String flag : launcherFlags()) {
            assertTrue(args.contains(flag), flag + " is not among " + args);
        }
        assertTrue(args.contains("-Dstipple.home=/opt/stipple"), args.toString());
        parsed(file.settings(), file.array("CMD"));
        parsed(file.settings(), args.subList(main + 1, args.size()));
    }

    private static List<String> launcherFlags() throws IOException {
        String script = Files.readString(ROOT.resolve("stipple"));
        var flags = Pattern.compile("JVM_FLAGS=\\((.*?)\\)", Pattern.DOTALL).matcher(script);
        assertTrue(flags.find(), "the launcher has no JVM_FLAGS");
        return flags.group(1)
                .lines()
                .map(String::strip)
                .filter(flag -> !flag.isEmpty() && !flag.startsWith("-Dstipple.home"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile", "Dockerfile.cuda"})
    void an_image_fits_the_product(String name) throws IOException {
        Dockerfile file = Dockerfile.read(DEPLOY.resolve(name));
        ParseResult serve = parsed(file.settings(), file.array("CMD"));
        assertEquals("0.0.0.0", value(serve, "--host"));
        assertEquals(Integer.toString(ServerOptions.PORT), file.only("EXPOSE"));
        assertEquals(ServerOptions.PORT, value(serve, "--port"));
        assertTrue(file.array("VOLUME").contains(value(serve, "--data").toString()), "what is drawn is in a volume");
        assertTrue(file.only("HEALTHCHECK").contains("http://127.0.0.1:" + ServerOptions.PORT + "/health/live"));
        assertEquals(USER, file.only("USER"));
        String run = String.join("\n", file.all("RUN"));
        assertTrue(run.contains("--uid " + USER), "the user is made");
        assertTrue(run.contains(" gcc "), "the native kernels are compiled");
        assertTrue(run.contains(" curl "), "the health check can run");
        assertTrue(Files.isDirectory(ROOT.resolve("models").resolve(ModelLocator.DEFAULT)));
        assertTrue(
                file.all("COPY").contains("--from=build --chown=" + USER + " /src/models /opt/stipple/models"),
                "models can be pulled into it");
        String launcher = Files.readString(ROOT.resolve("stipple"));
        var java = Pattern.compile("MIN_JAVA=(\\d+)").matcher(launcher);
        assertTrue(java.find());
        List<String> images = file.all("FROM");
        assertTrue(images.getFirst().matches("maven:.*-" + java.group(1) + " AS build"), images.toString());
        assertTrue(images.get(1).matches("eclipse-temurin:" + java.group(1) + "-jre.*"), images.toString());
    }

    @Test
    void compose_runs_what_there_is_and_waits_for_the_drain() throws IOException {
        JsonNode services = documents("compose.yaml").getFirst().path("services");
        JsonNode stipple = services.path("stipple");
        Dockerfile image =
                Dockerfile.read(ROOT.resolve(stipple.at("/build/dockerfile").asText()));
        assertEquals("..", stipple.at("/build/context").asText());
        Map<String, String> environment = new HashMap<>(image.settings());
        stipple.path("environment")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));
        ParseResult serve = parsed(environment, texts(stipple.path("command")));
        assertEquals("serve", serve.commandSpec().name());
        int port = (int) value(serve, "--port");
        assertEquals(List.of("127.0.0.1:" + port + ":" + port), texts(stipple.path("ports")));
        assertEquals("http://127.0.0.1:" + port, value(serve, "--public-url").toString());
        assertEquals(List.of("stipple-data:" + value(serve, "--data")), texts(stipple.path("volumes")));
        Duration grace =
                Duration.parse("PT" + stipple.path("stop_grace_period").asText().toUpperCase(java.util.Locale.ROOT));
        assertTrue(grace.toSeconds() > (long) value(serve, "--drain"), "killed before it has drained");
        assertTrue(documents("compose.yaml").getFirst().path("volumes").has("stipple-data"));

        JsonNode scrape =
                documents("prometheus/prometheus.yml").getFirst().at("/scrape_configs/0/static_configs/0/targets");
        assertEquals(List.of("stipple:" + port), texts(scrape));
        for (String service : List.of("prometheus", "grafana")) {
            for (String volume : texts(services.path(service).path("volumes"))) {
                assertTrue(Files.exists(DEPLOY.resolve(volume.split(":")[0])), volume);
            }
        }
        String dashboards = documents("grafana/provisioning/dashboards/stipple.yaml")
                .getFirst()
                .at("/providers/0/options/path")
                .asText();
        assertTrue(texts(services.at("/grafana/volumes")).contains("./grafana/dashboards:" + dashboards + ":ro"));
        JsonNode source = documents("grafana/provisioning/datasources/prometheus.yaml")
                .getFirst()
                .at("/datasources/0");
        assertEquals("http://prometheus:9090", source.path("url").asText());
        Set<String> sources = new TreeSet<>();
        for (JsonNode used : JSON.readTree(
                        DEPLOY.resolve("grafana/dashboards/stipple.json").toFile())
                .findValues("datasource")) {
            sources.add(used.path("uid").asText());
        }
        assertEquals(Set.of(source.path("uid").asText()), sources);
    }

    @Test
    void the_manifests_run_what_there_is_and_name_each_other() throws IOException {
        JsonNode deployment = document("kubernetes/stipple.yaml", "Deployment");
        JsonNode pod = deployment.at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        Dockerfile image = Dockerfile.read(DEPLOY.resolve("Dockerfile"));
        Map<String, String> environment = new HashMap<>(image.settings());
        environment.putAll(variables(container));
        ParseResult serve = parsed(environment, texts(container.path("args")));
        assertEquals("0.0.0.0", value(serve, "--host"));
        assertTrue(environment.containsKey("STIPPLE_DATABASE"), "replicas share a database");
        assertEquals(
                value(serve, "--port"), container.at("/ports/0/containerPort").asInt());
        assertEquals(
                value(serve, "--port").toString(),
                deployment
                        .at("/spec/template/metadata/annotations")
                        .path("prometheus.io/port")
                        .asText());
        assertTrue(
                pod.path("terminationGracePeriodSeconds").asLong() > (long) value(serve, "--drain"),
                "killed before it has drained");
        assertEquals(USER, pod.at("/securityContext/runAsUser").asText());
        Set<String> mounted = new TreeSet<>(container.path("volumeMounts").findValuesAsText("mountPath"));
        assertTrue(mounted.contains(value(serve, "--data").toString()), "a folder that can be written");
        assertTrue(mounted.stream()
                .anyMatch(path -> value(serve, "--model").toString().startsWith(path + "/")));
        Set<String> volumes = new TreeSet<>();
        pod.path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
        assertEquals(volumes, new TreeSet<>(container.path("volumeMounts").findValuesAsText("name")));
        String port = container.at("/ports/0/name").asText();
        JsonNode service = document("kubernetes/stipple.yaml", "Service");
        assertEquals(port, service.at("/spec/ports/0/targetPort").asText());
        JsonNode labels = deployment.at("/spec/template/metadata/labels");
        assertEquals(labels, deployment.at("/spec/selector/matchLabels"));
        assertEquals(labels, service.at("/spec/selector"));
        assertEquals(
                labels,
                document("kubernetes/stipple.yaml", "PodDisruptionBudget").at("/spec/selector/matchLabels"));
        assertEquals(
                document("kubernetes/stipple.yaml", "PersistentVolumeClaim")
                        .at("/metadata/name")
                        .asText(),
                pod.at("/volumes/0/persistentVolumeClaim/claimName").asText());
        JsonNode scaled = document("kubernetes/autoscaler.yaml", "HorizontalPodAutoscaler")
                .at("/spec/scaleTargetRef");
        assertEquals(
                deployment.at("/metadata/name").asText(), scaled.path("name").asText());
        assertEquals("Deployment", scaled.path("kind").asText());
    }

    @Test
    void the_training_job_trains_a_recipe_that_is_in_the_image() throws IOException {
        JsonNode job = document("pytorchjob.yaml", "PyTorchJob");
        for (String role : List.of("Master", "Worker")) {
            JsonNode container = job.at("/spec/pytorchReplicaSpecs/" + role + "/template/spec/containers/0");
            List<String> args = texts(container.path("args"));
            Map<String, String> environment =
                    new HashMap<>(Dockerfile.read(DEPLOY.resolve("Dockerfile")).settings());
            environment.putAll(variables(container));
            ParseResult train = parsed(environment, args);
            assertEquals("train", train.commandSpec().name());
            String recipe = train.matchedPositionals().getFirst().getValue().toString();
            assertTrue(recipe.startsWith("/opt/stipple/recipes/"), recipe);
            Path shipped = ROOT.resolve(recipe.substring("/opt/stipple/".length()));
            List<String> overrides = ((List<?>) value(train, "--set"))
                    .stream().map(Object::toString).toList();
            assertTrue(
                    RecipeReader.read(shipped, overrides).output().startsWith("/data/"),
                    "written to the shared volume");
        }
    }

    @Test
    void the_page_on_serving_names_only_options_that_exist() throws IOException {
        CommandLine serve = Main.commandLine(
                        new Host(Map.of(), Path.of("nowhere"), false), new EnvironmentDefaults(Map.of()))
                .getSubcommands()
                .get("serve");
        Set<String> unknown = new TreeSet<>();
        Pattern.compile("--[a-z][a-z-]+")
                .matcher(Files.readString(ROOT.resolve("docs/serving.md")))
                .results()
                .map(found -> found.group())
                .filter(option -> serve.getCommandSpec().findOption(option) == null)
                .forEach(unknown::add);
        assertEquals(Set.of(), unknown);
    }
}
