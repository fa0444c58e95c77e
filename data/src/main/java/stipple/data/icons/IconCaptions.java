package stipple.data.icons;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import stipple.data.build.Credit;

/** The JSON of an icon: captions in English and, where the name has a translation, in Chinese; and metadata. */
final class IconCaptions {
    private IconCaptions() {}

    /** A sample's JSON. */
    static ObjectNode json(IconSubject subject, IconLook look, Credit source, String family) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("caption")
                .add(subject.phrase() + ", " + look.phrase())
                .add(look.opener() + " " + subject.phrase())
                .add(subject.words() + " icon")
                .add("an icon of " + subject.phrase() + ", " + look.phrase());
        addLong(json.putArray("caption_long"), subject, look);
        if (!subject.chinese().isEmpty()) {
            json.putArray("caption_zh")
                    .add(subject.chinese() + "，" + look.chinese())
                    .add(look.chinese() + "：" + subject.chinese())
                    .add(subject.chinese());
        }
        json.putObject("metadata")
                .put("label", subject.words())
                .put("style", look.id())
                .put("source", source.source())
                .put("license", source.licence())
                .put("split", family);
        return json;
    }

    private static void addLong(ArrayNode captions, IconSubject subject, IconLook look) {
        String keywords =
                subject.keywords().isEmpty() ? "" : " Keywords: " + String.join(", ", subject.keywords()) + ".";
        String category = subject.category().isEmpty() ? "" : " It belongs to " + subject.category() + ".";
        captions.add("A simple icon that stands for " + subject.phrase() + ", drawn in " + look.phrase()
                + " on a plain white background.");
        captions.add("This icon shows " + subject.phrase() + "." + category + keywords + " The look is " + look.phrase()
                + ".");
    }
}
