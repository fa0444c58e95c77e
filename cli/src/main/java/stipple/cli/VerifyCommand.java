package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.eval.verify.CheckResult;
import stipple.eval.verify.Verification;
import stipple.eval.verify.VerifyReport;
import stipple.model.files.JsonObjectFile;
import stipple.torch.Device;

/** {@code stipple verify DIR}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Replays a recorded run of the reference implementation on a checkpoint and compares the results.",
        footer = {
            "",
            "Example: stipple verify build/golden/tiny-a",
            "",
            "Exit code: 0 all checks pass, 1 one fails, 2 the command line or a file is wrong."
        })
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "checkpoint folder")
    private Path folder;

    @Option(
            names = "--expected",
            paramLabel = "FILE",
            description = "the recorded run (default: " + Verification.FILE + " in DIR)")
    private Path expected;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "cpu, cuda or cuda:N (default: cpu); on a card its own products and graphs are checked too")
    private String device;

    @Option(names = "--json", description = "print each check as a line of JSON")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path recording = expected == null ? folder.resolve(Verification.FILE) : expected;
        Device target = device == null ? Device.CPU : Device.ofName(device);
        VerifyReport report = Verification.run(folder, recording, target, result -> {
            out.println(json ? json(result) : line(result));
            out.flush();
        });
        if (!json) {
            out.println(summary(report));
        }
        return report.passed() ? 0 : Main.FAILURE;
    }

    private static String line(CheckResult r) {
        String verdict = r.passed() ? "ok  " : "FAIL";
        String note = r.note().isEmpty() ? "" : "  " + r.note();
        return r.compared()
                ? String.format(
                        Locale.ROOT,
                        "%s  %-66s  max abs %.2e  max rel %.2e  limit %.0e%s",
                        verdict,
                        r.name(),
                        r.maxAbs(),
                        r.maxRel(),
                        r.tolerance(),
                        note)
                : String.format(Locale.ROOT, "%s  %-66s%s", verdict, r.name(), note);
    }

    private static String summary(VerifyReport report) {
        String worst = report.worst()
                .map(w -> String.format(Locale.ROOT, "; largest relative error %.2e in %s", w.maxRel(), w.name()))
                .orElse("");
        long passed = report.results().size() - report.failures();
        return passed + " of " + report.results().size() + " checks pass" + worst;
    }

    private static String json(CheckResult r) {
        var object = JsonObjectFile.newObject();
        object.put("name", r.name());
        if (r.compared()) {
            object.put("maxAbs", r.maxAbs()).put("maxRel", r.maxRel()).put("tolerance", r.tolerance());
        }
        object.put("passed", r.passed());
        if (!r.note().isEmpty()) {
            object.put("note", r.note());
        }
        return object.toString();
    }
}
