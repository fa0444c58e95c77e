package stipple.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import stipple.model.generate.InputReference;
import stipple.model.image.ImageDecoder;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;

/**
 * A picture to edit or to continue.
 *
 * @param image its pixels
 * @param reference which file it is
 */
record InputPicture(PixelImage image, InputReference reference) {
    /**
     * Reads a file.
     *
     * @throws UserException if it is no picture
     */
    static InputPicture read(Path file) {
        return new InputPicture(ImageDecoder.read(file), InputReference.of(file));
    }

    /**
     * Finds the picture that another was made from: at the path it was given by, else beside the other.
     *
     * @param remedy how to name it, the picture standing for {@code PICTURE}
     * @throws UserException if no file with the same content is there
     */
    static InputPicture find(Path result, InputReference wanted, String remedy) {
        return candidates(result, wanted.path()).stream()
                .filter(Files::isRegularFile)
                .filter(file -> InputReference.of(file).sha256().equals(wanted.sha256()))
                .findFirst()
                .map(InputPicture::read)
                .orElseThrow(() -> new UserException(result + " was made from " + wanted.path() + " (sha256 "
                        + wanted.sha256().substring(0, 16) + "…), and no such file is there or beside it; give the"
                        + " picture: " + remedy + " --like " + result));
    }

    private static List<Path> candidates(Path edit, String recorded) {
        try {
            Path named = Path.of(recorded);
            return named.getFileName() == null
                    ? List.of(named)
                    : List.of(named, edit.resolveSibling(named.getFileName()));
        } catch (InvalidPathException foreign) {
            // Recorded on a system with other rules for names.
            return List.of();
        }
    }
}
