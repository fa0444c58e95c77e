package stipple.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.output.Response;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import stipple.client.Drawn;
import stipple.client.Picture;
import stipple.client.PictureRequest;
import stipple.client.StippleClient;

/**
 * LangChain4j's {@link ImageModel} over a client that somebody else closes.
 *
 * <p>The metadata of a response tell the {@code job}, the {@code model}, the {@code seeds} and every parameter as it was used.
 */
public final class StippleImageModel implements ImageModel {
    private final StippleClient client;
    private final UnaryOperator<PictureRequest> settings;

    /** Draws with the defaults of the server's model. */
    public StippleImageModel(StippleClient client) {
        this(client, UnaryOperator.identity());
    }

    /**
     * Draws with settings of one's own.
     *
     * @param settings what is added to every request, such as {@code request -> request.steps(20).cfg(3)}
     */
    public StippleImageModel(StippleClient client, UnaryOperator<PictureRequest> settings) {
        this.client = client;
        this.settings = settings;
    }

    @Override
    public Response<Image> generate(String prompt) {
        return one(client.draw(settings.apply(PictureRequest.of(prompt))));
    }

    @Override
    public Response<List<Image>> generate(String prompt, int n) {
        Drawn drawn = client.draw(settings.apply(PictureRequest.of(prompt)).n(n));
        return Response.from(
                drawn.pictures().stream().map(StippleImageModel::image).toList(), null, null, metadata(drawn));
    }

    /**
     * Edits a picture that is given as base64.
     *
     * @throws IllegalArgumentException if it is given as an address only: the server fetches nothing
     */
    @Override
    public Response<Image> edit(Image image, String prompt) {
        if (image.base64Data() == null) {
            throw new IllegalArgumentException("The picture to edit must be given as base64 data, not as an address");
        }
        byte[] file = Base64.getDecoder().decode(image.base64Data());
        return one(client.draw(settings.apply(PictureRequest.of(prompt)).image(file)));
    }

    private static Response<Image> one(Drawn drawn) {
        return Response.from(image(drawn.picture()), null, null, metadata(drawn));
    }

    private static Image image(Picture picture) {
        return Image.builder()
                .base64Data(picture.base64())
                .mimeType(picture.mediaType())
                .build();
    }

    private static java.util.Map<String, Object> metadata(Drawn drawn) {
        return java.util.Map.of(
                "job", drawn.job(),
                "model", drawn.model(),
                "seeds", drawn.pictures().stream().map(Picture::seed).toList(),
                "parameters", drawn.parameters().toString());
    }
}
