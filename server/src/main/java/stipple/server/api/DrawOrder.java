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
 * @param urls whether the answer has addresses in place of files
 * @param warnings what was given and has no effect
 */
record DrawOrder(JobSpec spec, SentPictures sent, boolean stream, boolean urls, List<String> warnings) {}
