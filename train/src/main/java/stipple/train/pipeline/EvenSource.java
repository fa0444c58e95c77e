package stipple.train.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.SkipLog;

/**
 * So many samples of a source, evenly spaced over all of it.
 *
 * @param whole the source
 * @param size how many, no more than there are
 */
record EvenSource(SampleSource whole, int size) implements SampleSource {
    static SampleSource of(SampleSource whole, int most) {
        return whole.size() <= most ? whole : new EvenSource(whole, most);
    }

    private int at(int i) {
        return (int) ((long) i * whole.size() / size);
    }

    @Override
    public String key(int i) {
        return whole.key(at(i));
    }

    @Override
    public JsonNode json(int i) {
        return whole.json(at(i));
    }

    @Override
    public Sample get(int i) {
        return whole.get(at(i));
    }

    @Override
    public SkipLog skips() {
        return whole.skips();
    }

    @Override
    public String name() {
        return whole.name();
    }
}
