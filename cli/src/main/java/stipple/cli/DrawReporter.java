package stipple.cli;

import java.nio.file.Path;
import stipple.model.generate.GenerationEvent;
import stipple.model.think.Thinker;

/** Tells about a request being drawn. */
interface DrawReporter {
    /** The model has thought before it draws. */
    void thought(String mode, Thinker.Coordinated result);

    /** The model is in memory and drawing begins. */
    void started(DrawStart start);

    /** What the engine says. */
    void event(GenerationEvent event);

    /** A partial picture was written. */
    void previewed(int picture, int row, Path file);

    /** A picture was written. */
    void saved(int picture, long seed, Path file);

    /** All pictures are written. */
    void finished();

    /** Somebody cancelled; the pictures saved so far are complete. */
    void cancelled(int saved);
}
