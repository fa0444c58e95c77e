package stipple.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stipple.model.load.LoadOptions;
import stipple.server.draw.ServedModel;
import stipple.server.log.EventLog;
import stipple.torch.DType;
import stipple.torch.Torch;

/** A server in a process of its own, to be killed. */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final URI base;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /** Runs in the process: model, data folder, and the address of a database or nothing. */
    public static void main(String[] args) throws Exception {
        Torch.threads(1);
        ServerOptions plain = ServerOptions.in(Path.of(args[1])).withPort(0);
        ServerOptions options = new ServerOptions(
                plain.host(),
                plain.port(),
                plain.keys(),
                plain.origins(),
                plain.publicUrl(),
                plain.data(),
                args.length > 2 ? Optional.of(args[2]) : Optional.empty(),
                plain.aliases(),
                plain.limits(),
                plain.connections(),
                plain.drain(),
                Duration.ofSeconds(3),
                plain.runs());
        ServedModel model = ServedModel.load(Path.of(args[0]), LoadOptions.of(DType.F32), "tiny");
        EventLog log = new EventLog(new PrintWriter(System.err, true, StandardCharsets.UTF_8), EventLog.Format.QUIET);
        StippleServer server = StippleServer.start(options, model, log);
        System.out.println("listening " + server.port());
        Thread.sleep(Duration.ofMinutes(10));
    }

    static ServerProcess start(Path model, Path data, String... database) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.noPointerGC=true",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName(),
                model.toString(),
                data.toString()));
        command.addAll(List.of(database));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.startsWith("listening ")) {
            line = out.readLine();
        }
        if (line == null) {
            throw new AssertionError("the server ended at once");
        }
        return new ServerProcess(process, Integer.parseInt(line.split(" ")[1]));
    }

    RunningServer.Answer get(String path) {
        return send(HttpRequest.newBuilder(base.resolve(path)).GET());
    }

    RunningServer.Answer draw(String path, Object... fields) {
        return send(HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        RunningServer.fields(fields).toString())));
    }

    private RunningServer.Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            return new RunningServer.Answer(
                    response.statusCode(), response.body(), response.headers().map());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** SIGKILL: nothing of the process runs any more. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
        client.close();
    }
}
