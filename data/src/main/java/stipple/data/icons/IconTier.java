package stipple.data.icons;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.build.TrainingLicences;

/** Which icon styles may be used together, by what their licences ask for. */
public enum IconTier {
    /** MIT and Apache-2.0. */
    ICONS_P("icons-p"),
    /** With CC-BY: credit is due. */
    ICONS("icons");

    private final String id;

    IconTier(String id) {
        this.id = id;
    }

    /** The name on the command line. */
    public String id() {
        return id;
    }

    /** The styles of the tier. */
    public List<IconStyle> styles() {
        return Stream.of(IconStyle.values())
                .filter(s -> this == ICONS || TrainingLicences.allows(s.source().licence()))
                .toList();
    }

    /** The tier with this id. */
    public static IconTier ofId(String id) {
        return Stream.of(values())
                .filter(tier -> tier.id.equals(id.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new DataException("no tier '" + id
                        + "'; known: icons-p (MIT, Apache-2.0) and icons (with CC-BY-3.0 and CC-BY-4.0)"));
    }
}
