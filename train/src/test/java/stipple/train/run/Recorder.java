package stipple.train.run;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Remembers what a run reported and can act on it. */
final class Recorder implements Consumer<TrainEvent> {
    private final List<TrainEvent> events = new ArrayList<>();
    private Consumer<TrainEvent> reaction = event -> {};

    /** Does something on every further event, such as stopping the run. */
    void react(Consumer<TrainEvent> action) {
        reaction = action;
    }

    @Override
    public void accept(TrainEvent event) {
        events.add(event);
        reaction.accept(event);
    }

    <T extends TrainEvent> List<T> all(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends TrainEvent> T only(Class<T> type) {
        List<T> found = all(type);
        if (found.size() != 1) {
            throw new AssertionError("expected one " + type.getSimpleName() + ", got " + events);
        }
        return found.getFirst();
    }
}
