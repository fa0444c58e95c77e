package stipple.eval.verify;

import stipple.model.flow.FlowHead;

/** One evaluation of the flow-matching head, and its time features (reference §2.6). */
final class HeadChecks implements CheckGroup {
    @Override
    public String prefix() {
        return "head.";
    }

    @Override
    public void run(Replay replay) {
        Recording recording = replay.recording();
        FlowHead head = replay.checkpoint().model().head();
        replay.recompute(
                "head.time_embedding", Comparison.SINGLE, () -> FlowHead.timeFeatures(recording.tensor("head.t")));
        replay.recompute(
                "head.velocity",
                Comparison.SINGLE,
                () -> head.velocity(
                        recording.tensor("head.x"),
                        head.embedTime(recording.tensor("head.t")),
                        head.embedCondition(recording.tensor("head.c"))));
    }
}
