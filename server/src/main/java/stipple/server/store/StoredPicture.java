package stipple.server.store;

import stipple.server.picture.PictureFormat;

/**
 * A picture as the database knows it.
 *
 * @param job whose it is
 * @param position index in the job
 * @param seed its own seed
 * @param format of its file
 * @param size width and height, as {@code 64x64}
 * @param bytes length of its file
 * @param created when it was finished, in milliseconds since 1970
 * @param provenance how it was made, see {@link stipple.model.generate.Provenance#json(int)}
 */
public record StoredPicture(
        String job,
        int position,
        long seed,
        PictureFormat format,
        String size,
        long bytes,
        long created,
        String provenance) {

    /** The name of its file. */
    public String file() {
        return job + "-" + position + "." + format.id();
    }
}
