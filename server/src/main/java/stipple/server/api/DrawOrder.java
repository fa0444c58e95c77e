package stipple.server.api;

import java.util.List;
import stipple.server.store.JobSpec;

/**
 * What a request asks for, checked.
 *
 * @param spec what is to be drawn
 * @param input the file of the picture to edit, or null
 * @param stream whether the answer is events
 * @param partialImages how often each picture is shown before it is finished
 * @param urls whether the answer has addresses in place of files
 * @param rows rows of tokens of a picture
 * @param warnings what was given and has no effect
 */
@SuppressWarnings("ArrayRecordComponent") // the upload is handed on; never compared by equals
record DrawOrder(
        JobSpec spec, byte[] input, boolean stream, int partialImages, boolean urls, int rows, List<String> warnings) {}
