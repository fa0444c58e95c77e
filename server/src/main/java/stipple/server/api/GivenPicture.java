package stipple.server.api;

import java.util.List;
import java.util.Optional;
import stipple.model.generate.InputReference;
import stipple.model.image.PixelImage;
import stipple.server.api.GivenFields.GivenFile;
import stipple.server.http.ApiException;
import stipple.server.picture.UploadedPicture;
import stipple.torch.UserException;

/**
 * A picture as it was sent: a file of a form, or a string in base64 or a data URL.
 *
 * @param field the field it was sent for
 * @param name how the client calls it
 * @param content its file
 */
@SuppressWarnings("ArrayRecordComponent") // the file is the point; never compared by equals
record GivenPicture(String field, String name, byte[] content) {
    /**
     * The picture of a field, if there is one.
     *
     * @throws ApiException 400 if there are several, or if the string is not in base64
     */
    static Optional<GivenPicture> of(NamedFields given, String field) {
        Optional<GivenPicture> coded = Optional.ofNullable(given.values().get(field))
                .map(value -> new GivenPicture(field, field, Base64Picture.decode(field, value.asText())));
        List<GivenFile> files = given.files().getOrDefault(field, List.of());
        if (files.size() + (coded.isPresent() ? 1 : 0) > 1) {
            throw ApiException.invalid(field, "invalid_value", "'" + field + "' takes one picture at a time");
        }
        return coded.or(
                () -> files.stream().findFirst().map(file -> new GivenPicture(field, file.fileName(), file.content())));
    }

    /**
     * Its pixels.
     *
     * @throws ApiException 400 if it is damaged, too large or of another format
     */
    PixelImage decode() {
        try {
            return UploadedPicture.decode(called(), content);
        } catch (UserException unreadable) {
            throw ApiException.invalid(field, "invalid_image", String.valueOf(unreadable.getMessage()));
        }
    }

    InputReference reference() {
        return new InputReference(called(), Base64Picture.sha256(content));
    }

    private String called() {
        return name.isEmpty() ? field : name;
    }
}
