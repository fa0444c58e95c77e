package stipple.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import stipple.server.draw.ServedModel;
import stipple.server.http.Call;
import stipple.server.jobs.Preview;
import stipple.server.store.Job;
import stipple.server.store.JobSpec;
import stipple.server.store.StoredPicture;

/** Answers in the words of OpenAI's image API, and what we add to them. */
final class AnswerJson {
    private static final long MILLIS = 1000;

    private final ServedModel model;
    private final Addresses addresses;

    AnswerJson(ServedModel model, Addresses addresses) {
        this.model = model;
        this.addresses = addresses;
    }

    /**
     * A picture with its file, or where to fetch it.
     *
     * @param picture the picture
     * @param content its file
     */
    @SuppressWarnings("ArrayRecordComponent") // written out at once; never compared by equals
    record DrawnPicture(StoredPicture picture, byte[] content) {}

    /** The answer to a call that waits. */
    ObjectNode images(Call call, DrawOrder order, Job job, List<DrawnPicture> pictures) {
        ObjectNode json = output(order.spec());
        json.put("created", job.created() / MILLIS);
        for (DrawnPicture drawn : pictures) {
            ObjectNode item = json.withArray("data").addObject();
            if (order.urls()) {
                item.put("url", addresses.of(call, drawn.picture()));
            } else {
                item.put("b64_json", Base64Picture.encode(drawn.content()));
            }
            item.put("seed", drawn.picture().seed());
            revised(item, order.spec());
        }
        json.set("usage", usage(order.spec(), pictures.size()));
        ours(json, order, job);
        return json;
    }

    /** An event with the rows of a picture that are there. */
    ObjectNode partial(String type, DrawOrder order, Preview preview, int index) {
        ObjectNode json = event(type, order, preview.file(order.spec().format()));
        json.put("partial_image_index", index);
        json.put("index", preview.picture());
        return json;
    }

    /** An event with a finished picture. */
    ObjectNode completed(Call call, String type, DrawOrder order, Job job, DrawnPicture drawn) {
        ObjectNode json = event(type, order, drawn.content());
        if (order.urls()) {
            json.put("url", addresses.of(call, drawn.picture()));
        }
        json.set("usage", usage(order.spec(), 1));
        json.put("index", drawn.picture().position());
        json.put("seed", drawn.picture().seed());
        ours(json, order, job);
        return json;
    }

    private ObjectNode event(String type, DrawOrder order, byte[] content) {
        ObjectNode json = output(order.spec());
        json.put("type", type);
        json.put("b64_json", Base64Picture.encode(content));
        json.put("created_at", System.currentTimeMillis() / MILLIS);
        return json;
    }

    private static ObjectNode output(JobSpec spec) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("background", "opaque")
                .put("output_format", spec.format().id())
                .put("quality", Quality.answered(spec.quality()))
                .put("size", spec.size());
    }

    /** The prompt as the model read it, if that is more than was written. */
    private static void revised(ObjectNode item, JobSpec spec) {
        String positive = spec.request().get("positive").textValue();
        if (!positive.isEmpty()) {
            item.put("revised_prompt", spec.request().get("prompt").textValue() + " " + positive);
        }
    }

    private void ours(ObjectNode json, DrawOrder order, Job job) {
        json.put("job", job.id());
        json.put("model", model.id());
        json.set("parameters", parameters(order.spec()));
        if (!order.warnings().isEmpty()) {
            order.warnings().forEach(json.withArray("warnings")::add);
        }
    }

    /** Every parameter as it was used, by the names of the requests. */
    static ObjectNode parameters(JobSpec spec) {
        ObjectNode json = spec.request().deepCopy();
        json.remove(ApiFields.key(ApiFields.ROWS));
        if (spec.start().isPresent()) {
            json.put(ApiFields.ROWS, spec.keptRows());
        }
        if (spec.input().isEmpty()) {
            json.remove("cfg_image");
        }
        json.put("output_format", spec.format().id());
        if (spec.format().lossy()) {
            json.put("output_compression", spec.compression());
        }
        json.put("metadata", spec.metadata());
        return json;
    }

    static ObjectNode usage(JobSpec spec, int pictures) {
        int input = spec.textTokens() + spec.inputTokens();
        int output = pictures * spec.pictureTokens();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("input_tokens", input);
        json.putObject("input_tokens_details")
                .put("text_tokens", spec.textTokens())
                .put("image_tokens", spec.inputTokens());
        json.put("output_tokens", output);
        json.putObject("output_tokens_details").put("image_tokens", output).put("text_tokens", 0);
        json.put("total_tokens", input + output);
        return json;
    }
}
