package stipple.eval.agreement;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.data.pixels.Pixels;
import stipple.eval.run.FolderIdentity;
import stipple.eval.run.Pictures;
import stipple.model.classify.PictureClassifier;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** Tells in which style a picture is drawn, by a classifier that this project trained. */
public final class StyleJudge implements AutoCloseable {
    private static final String LABEL = "style";
    private static final int BATCH = 64;

    private final PictureClassifier classifier;
    private final String identity;

    private StyleJudge(PictureClassifier classifier, String identity) {
        this.classifier = classifier;
        this.identity = identity;
    }

    /**
     * Loads a classifier.
     *
     * @throws UserException if there is none in the folder, or it tells something else
     */
    public static StyleJudge load(Path folder) {
        PictureClassifier classifier = PictureClassifier.load(folder);
        String label = classifier.config().label();
        if (!label.equals(LABEL)) {
            classifier.close();
            throw new UserException(
                    "The classifier in " + folder + " tells the " + label + " of pictures, not the " + LABEL);
        }
        return new StyleJudge(classifier, FolderIdentity.ofJudge(folder));
    }

    /** Tells this judge from others: the start of a hash of its weights. */
    public String identity() {
        return identity;
    }

    /** The styles it can tell, by their ids in the data. */
    public List<String> styles() {
        return classifier.config().labels();
    }

    /** The styles of pictures of any size. */
    public List<String> tell(List<Pixels> pictures) {
        int side = classifier.config().size();
        List<String> told = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += BATCH) {
            List<Pixels> part = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
            try (Scope scope = Scope.open()) {
                List<Tensor> tensors =
                        part.stream().map(p -> Pictures.fitted(p, side)).toList();
                for (int answer : Autograd.off(() -> classifier.answers(Tensors.cat(tensors, 0)))) {
                    told.add(styles().get(answer));
                }
            }
        }
        return told;
    }

    @Override
    public void close() {
        classifier.close();
    }
}
