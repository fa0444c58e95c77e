package stipple.model.generate;

import java.util.List;
import java.util.function.Consumer;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.Prompt;
import stipple.model.decode.TokenDraw;
import stipple.model.text.PromptRow;

/** A real backend whose steps can be watched and disturbed; it does not close what it stands before. */
class HookedBackend implements DecodeBackend {
    private final DecodeBackend real;
    private final Consumer<List<TokenDraw>> after;

    /**
     * Stands before a backend.
     *
     * @param after sees every step once it is made
     */
    HookedBackend(DecodeBackend real, Consumer<List<TokenDraw>> after) {
        this.real = real;
        this.after = after;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public long bytesPerPosition() {
        return real.bytesPerPosition();
    }

    @Override
    public boolean gainsFromCompany() {
        return real.gainsFromCompany();
    }

    @Override
    public Prompt read(PromptRow row, float[] images) {
        return real.read(row, images);
    }

    @Override
    public List<Prompt> readAll(List<Reading> readings) {
        return real.readAll(readings);
    }

    @Override
    public Picture begin(List<Prompt> branches, int tokens, int first) {
        return real.begin(branches, tokens, first);
    }

    @Override
    public void advance(List<TokenDraw> draws) {
        real.advance(draws);
        after.accept(draws);
    }

    @Override
    public void close() {
        // The real one belongs to the checkpoint.
    }
}
