package stipple.server.api;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.ModelConfig;
import stipple.model.config.SamplerKind;
import stipple.model.flow.SolverKind;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.Shortcuts;
import stipple.model.image.ImageSize;
import stipple.server.api.ApiField.Kind;
import stipple.server.api.ApiField.Place;
import stipple.server.draw.ServedModel;
import stipple.server.picture.PictureFormat;

/** The fields of all requests, with the ranges and defaults of the model that is served. */
final class ApiFields {
    /** The picture whose first rows are kept. */
    static final String CONTINUE_FROM = "continue_from";

    /** How many rows of it. */
    static final String ROWS = "rows";

    /** Fields without a point where nothing can be edited. */
    private static final Set<String> FOR_EDITS = Set.of("image", "cfg_image");

    private static final Set<Place> ALL = EnumSet.allOf(Place.class);
    private static final Set<Place> CALLS = EnumSet.of(Place.GENERATION, Place.EDIT);
    private static final Set<Place> EDITS = EnumSet.of(Place.EDIT, Place.JOB);

    private final List<ApiField> fields;

    ApiFields(ServedModel model, int mostPictures) {
        Stream<ApiField> all = Stream.of(openAi(model, mostPictures), ours(model.config()), continuing(model))
                .flatMap(List::stream);
        fields = model.config().edits()
                ? all.toList()
                : all.map(field -> FOR_EDITS.contains(field.name()) ? field.refused(untaught(model)) : field)
                        .toList();
    }

    /** All fields of a kind of request, in the order of the documentation. */
    List<ApiField> of(Place place) {
        return fields.stream().filter(field -> field.places().contains(place)).toList();
    }

    /** The field that goes by a name. */
    Optional<ApiField> find(Place place, String name) {
        return of(place).stream()
                .filter(field -> field.names().anyMatch(name::equals))
                .findFirst();
    }

    private static String untaught(ServedModel model) {
        return "the model " + model.id() + " was not trained to edit pictures";
    }

    /** What the engine's requests call a field. */
    static String key(String field) {
        return field.equals(ROWS) ? "continue_rows" : field;
    }

    private static List<ApiField> openAi(ServedModel model, int mostPictures) {
        List<String> sizes = Stream.concat(
                        Stream.of("auto"), model.sizes().sizes().stream().map(ImageSize::toString))
                .toList();
        return List.of(
                ApiField.of("prompt", Kind.TEXT, ALL, "What to draw; for an edit, what to change."),
                ApiField.of("model", Kind.TEXT, ALL, "The model; another one than the served is refused.")
                        .byDefault(model.id()),
                ApiField.of("n", Kind.INTEGER, ALL, "Number of pictures; picture i has the seed `seed + i`.")
                        .range(1, mostPictures)
                        .byDefault(1),
                ApiField.of(
                                "size",
                                Kind.TEXT,
                                ALL,
                                "Width and height in pixels; `auto` is the model's own, with a picture to edit or to"
                                        + " continue the one closest to it in shape.")
                        .oneOf(sizes)
                        .byDefault("auto"),
                ApiField.of(
                                "quality",
                                Kind.TEXT,
                                ALL,
                                "Steps by a word: `low` is half the recommended number, `high` and `hd` twice;"
                                        + " not beside `steps`.")
                        .oneOf(Quality.names())
                        .byDefault("auto"),
                ApiField.of("output_format", Kind.TEXT, ALL, "Format of the files.")
                        .oneOf(Arrays.stream(PictureFormat.values())
                                .map(PictureFormat::id)
                                .toList())
                        .byDefault("png"),
                ApiField.of(
                                "output_compression",
                                Kind.INTEGER,
                                ALL,
                                "Quality of jpeg and webp files from 0 (small) to 100 (good).")
                        .range(0, 100)
                        .byDefault(100),
                ApiField.of("background", Kind.TEXT, ALL, "Pictures are opaque; `transparent` is refused.")
                        .oneOf(List.of("auto", "opaque"))
                        .byDefault("auto"),
                ApiField.of("user", Kind.TEXT, ALL, "Who asks; kept with the job."),
                ApiField.of("moderation", Kind.TEXT, ALL, "Nothing is moderated here; the answer warns if it is given.")
                        .oneOf(List.of("auto", "low")),
                ApiField.of(
                                "response_format",
                                Kind.TEXT,
                                CALLS,
                                "Pictures in the answer as base64, or as addresses to fetch them from.")
                        .oneOf(List.of("b64_json", "url"))
                        .byDefault("b64_json"),
                ApiField.of("stream", Kind.FLAG, CALLS, "Whether pictures are sent as events while they are drawn.")
                        .byDefault(false),
                ApiField.of(
                                "partial_images",
                                Kind.INTEGER,
                                CALLS,
                                "How often each picture is shown before it is finished; needs `stream`.")
                        .range(0, 3)
                        .byDefault(0),
                ApiField.of("image", Kind.PICTURE, EDITS, "The picture to edit: PNG, JPEG or WebP.")
                        .alias("image[]"),
                ApiField.of("mask", Kind.PICTURE, EDITS, "Where to edit.")
                        .refused("the model redraws the whole picture and takes no mask; leave it out"),
                ApiField.of("input_fidelity", Kind.TEXT, EDITS, "How closely to keep to the input.")
                        .refused("use 'cfg_image', the guidance towards the input picture"),
                ApiField.of("style", Kind.TEXT, ALL, "A style.").refused("describe the style in the prompt"));
    }

    private static List<ApiField> continuing(ServedModel model) {
        int pixels = model.config().latent().pixelsPerToken();
        int most =
                model.sizes().sizes().stream().mapToInt(ImageSize::height).max().orElse(pixels) / pixels - 1;
        return List.of(
                ApiField.of(
                        CONTINUE_FROM,
                        Kind.PICTURE,
                        ALL,
                        "A picture whose first `rows` are kept while the rest is drawn: PNG, JPEG or WebP."),
                ApiField.of(
                                ROWS,
                                Kind.INTEGER,
                                ALL,
                                "Rows of tokens to keep of `continue_from`, each of " + pixels + " pixels; fewer than"
                                        + " the picture has.")
                        .alias("continue_rows")
                        .range(1, Math.max(1, most)));
    }

    private static List<ApiField> ours(ModelConfig config) {
        GenerationDefaults defaults = config.generation();
        double noise = GenerationRequest.with(defaults).build().noiseLevel();
        return List.of(
                ApiField.of("positive", Kind.TEXT, ALL, "Appended to the prompt.")
                        .alias("positive_prompt")
                        .byDefault(defaults.positivePrompt()),
                ApiField.of("negative", Kind.TEXT, ALL, "What to keep away from; needs `cfg` above 1.")
                        .alias("negative_prompt")
                        .byDefault(defaults.negativePrompt()),
                ApiField.of(
                        "seed",
                        Kind.INTEGER,
                        ALL,
                        "The same seed gives the same picture; random if left out, and told in the answer."),
                ApiField.of("steps", Kind.INTEGER, ALL, "Evaluations of the flow head per token.")
                        .alias("num_inference_steps")
                        .range(1, GenerationRequest.MAX_STEPS)
                        .byDefault(defaults.steps()),
                ApiField.of("steps_end", Kind.INTEGER, ALL, "Evaluations for the last token, 0 for `steps`.")
                        .range(0, GenerationRequest.MAX_STEPS)
                        .byDefault(0),
                ApiField.of("cfg", Kind.NUMBER, ALL, "Guidance towards the prompt; 1 is off and faster.")
                        .alias("guidance_scale", "true_cfg_scale")
                        .range(1, 100)
                        .byDefault(defaults.cfg()),
                ApiField.of("cfg_image", Kind.NUMBER, EDITS, "Guidance towards the picture to edit; 1 is off.")
                        .range(1, 100)
                        .byDefault(defaults.cfgImage()),
                ApiField.of("cfg_schedule", Kind.TEXT, ALL, "How guidance moves over the tokens.")
                        .oneOf(ids(GuidanceSchedule.values(), GuidanceSchedule::id))
                        .byDefault(defaults.cfgSchedule().id()),
                ApiField.of("sampler", Kind.TEXT, ALL, "The sampler of the flow head.")
                        .oneOf(ids(SamplerKind.values(), SamplerKind::id))
                        .byDefault(defaults.sampler().id()),
                ApiField.of("solver", Kind.TEXT, ALL, "How the sampler `ode` integrates.")
                        .oneOf(ids(SolverKind.values(), SolverKind::id))
                        .byDefault(Shortcuts.NONE.solver().id()),
                ApiField.of("noise_level", Kind.NUMBER, ALL, "Noise of the samplers `s3-sde` and `s3-cps`.")
                        .range(0, 1)
                        .byDefault(noise),
                ApiField.of("shift", Kind.NUMBER, ALL, "Timestep shift; above 1 spends more steps near noise.")
                        .alias("timesteps_shift")
                        .byDefault(defaults.shift()),
                ApiField.of("reuse", Kind.INTEGER, ALL, "Steps that one velocity of the flow head serves.")
                        .range(1, Shortcuts.MAX_REUSE)
                        .byDefault(1),
                ApiField.of(
                                "reuse_tolerance",
                                Kind.NUMBER,
                                ALL,
                                "Relative change of the velocity below which the next step reuses it; 0 is off.")
                        .range(0, 1)
                        .byDefault(0.0),
                ApiField.of("use_norm", Kind.FLAG, ALL, "Whether each token is normalised before it is fed back.")
                        .byDefault(defaults.useNorm()),
                ApiField.of("context_noise", Kind.NUMBER, ALL, "Noise over the tokens as they are read back; 0 is off.")
                        .range(0, 1)
                        .byDefault(defaults.contextNoise()),
                ApiField.of("metadata", Kind.FLAG, ALL, "Whether the settings are written into the files.")
                        .byDefault(true),
                ApiField.of("previews", Kind.FLAG, Set.of(Place.JOB), "Whether rows are decoded while being drawn.")
                        .byDefault(false));
    }

    private static <T> List<String> ids(T[] values, java.util.function.Function<T, String> id) {
        return Arrays.stream(values).map(id).toList();
    }
}
