package stipple.springai;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.springframework.ai.image.Image;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageGenerationMetadata;
import org.springframework.ai.image.ImageMessage;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImageOptions;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.image.ImageResponseMetadata;
import stipple.client.Drawn;
import stipple.client.Picture;
import stipple.client.PictureRequest;
import stipple.client.StippleClient;

/**
 * Spring AI's {@link ImageModel} over a client that somebody else closes. Messages of positive weight are what to draw, those
 * of negative weight what to keep away from; other weights than 1 and -1 are refused, because the model has none.
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
     * @param settings what is added to every request before the options of its prompt
     */
    public StippleImageModel(StippleClient client, UnaryOperator<PictureRequest> settings) {
        this.client = client;
        this.settings = settings;
    }

    /** What a picture was drawn with. */
    public record Metadata(long seed, String mediaType) implements ImageGenerationMetadata {}

    @Override
    public ImageResponse call(ImagePrompt prompt) {
        String text = text(prompt.getInstructions(), 1);
        String negative = text(prompt.getInstructions(), -1);
        PictureRequest request = settings.apply(PictureRequest.of(text));
        if (!negative.isEmpty()) {
            request = request.negative(negative);
        }
        Drawn drawn = client.draw(with(request, prompt.getOptions()));
        ImageResponseMetadata metadata = new ImageResponseMetadata();
        metadata.put("job", drawn.job());
        metadata.put("model", drawn.model());
        metadata.put("parameters", drawn.parameters().toString());
        return new ImageResponse(
                drawn.pictures().stream().map(StippleImageModel::generation).toList(), metadata);
    }

    private static String text(List<ImageMessage> messages, int sign) {
        return messages.stream()
                .filter(message -> weight(message) == sign)
                .map(ImageMessage::getText)
                .collect(Collectors.joining(", "));
    }

    private static int weight(ImageMessage message) {
        float weight = message.getWeight() == null ? 1 : message.getWeight();
        if (weight != 1 && weight != -1) {
            throw new IllegalArgumentException(
                    "A message must weigh 1 (draw it) or -1 (keep away from it), not " + weight);
        }
        return (int) weight;
    }

    private static PictureRequest with(PictureRequest request, ImageOptions options) {
        if (options == null) {
            return request;
        }
        if ((options.getWidth() == null) != (options.getHeight() == null)) {
            throw new IllegalArgumentException("Give both width and height, or neither");
        }
        PictureRequest more = options.getN() == null ? request : request.n(options.getN());
        if (options.getWidth() != null) {
            more = more.size(options.getWidth(), options.getHeight());
        }
        if (options.getModel() != null) {
            more = more.with("model", options.getModel());
        }
        if (options.getStyle() != null) {
            // Refused by the server with a better idea.
            more = more.with("style", options.getStyle());
        }
        if (options.getResponseFormat() != null && !options.getResponseFormat().equals("b64_json")) {
            throw new IllegalArgumentException(
                    "Pictures come as b64_json, not as '" + options.getResponseFormat() + "'");
        }
        return more;
    }

    private static ImageGeneration generation(Picture picture) {
        return new ImageGeneration(
                new Image(null, picture.base64()), new Metadata(picture.seed(), picture.mediaType()));
    }
}
