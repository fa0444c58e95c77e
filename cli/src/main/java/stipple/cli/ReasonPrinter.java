package stipple.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import stipple.model.files.JsonObjectFile;
import stipple.model.pacore.PacoreListener;
import stipple.model.pacore.PacoreResult;
import stipple.model.pacore.Trajectory;

/** Shows how far reasoning is, on the error output or as events, and its answer on the output. */
final class ReasonPrinter implements PacoreListener {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private int answers;
    private int done;

    ReasonPrinter(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    @Override
    public void began(int round, int count, int known) {
        answers = count;
        done = known;
        if (json) {
            print(event("round").put("round", round).put("answers", count).put("known", known));
        } else {
            say("round " + round + ": " + count + (count == 1 ? " answer" : " answers")
                    + (known == 0 ? "" : ", " + known + " from the journal"));
        }
    }

    @Override
    public void answered(int round, int index, Trajectory answer) {
        done++;
        if (json) {
            print(event("answer")
                    .put("round", round)
                    .put("index", index)
                    .put("tokens", answer.tokens())
                    .put("cut", answer.cut()));
        } else {
            say("round " + round + ": " + done + "/" + answers + ", " + answer.tokens() + " tokens"
                    + (answer.cut() ? ", cut off" : ""));
        }
    }

    @Override
    public void failed(int round, int index, String reason) {
        if (json) {
            print(event("failed").put("round", round).put("index", index).put("reason", reason));
        } else {
            say("warning: round " + round + " goes on without an answer: " + reason);
        }
    }

    /** The answer, and what it took. */
    void result(PacoreResult result) {
        if (json) {
            ObjectNode event = event("result").put("answer", result.answer());
            ArrayNode rounds = event.putArray("conclusions");
            result.conclusions().forEach(round -> round.forEach(rounds.addArray()::add));
            print(event.put("calls", result.calls())
                    .put("failed", result.failed())
                    .put("prompt_tokens", result.promptTokens())
                    .put("tokens", result.tokens()));
            return;
        }
        say(result.calls() + " answers, " + result.promptTokens() + " tokens read, " + result.tokens() + " written");
        out.println(result.answer());
        out.flush();
    }

    private void say(String text) {
        err.println("stipple: " + text);
        err.flush();
    }

    private static ObjectNode event(String name) {
        return JsonObjectFile.newObject().put("event", name);
    }

    private void print(ObjectNode event) {
        out.println(event);
        out.flush();
    }
}
