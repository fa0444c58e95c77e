package stipple.server.api;

import java.util.List;
import stipple.server.store.JobSpec;
import stipple.server.store.SentPictures;

/**
 * What a request asks for, checked.
 *
 * @param spec what is to be drawn
 * @param sent the pictures it needs
 * @param stream whether the answer is events
 * @param partialImages how often each picture is shown before it is finished
 * @param urls whether the answer has addresses in place of files
 * @param kept rows of tokens that are not drawn but kept of another picture
 * @param rows rows of tokens of a picture
 * @param warnings what was given and has no effect
 */
record DrawOrder(
        JobSpec spec,
        SentPictures sent,
        boolean stream,
        int partialImages,
        boolean urls,
        int kept,
        int rows,
        List<String> warnings) {}
