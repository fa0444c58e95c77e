package stipple.data.icons;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.build.TrainingLicences;

/** Which sets of the icon collection may be used together, by what their licences ask for. */
public enum ScaleTier {
    /** Licences that ask for no more than notices. */
    SCALE_P("scale-p"),
    /** With CC-BY: credit is due. */
    SCALE("scale");

    private static final Set<String> CREDIT = Set.of("CC-BY-3.0", "CC-BY-4.0");

    private final String id;

    ScaleTier(String id) {
        this.id = id;
    }

    /** The name on the command line. */
    public String id() {
        return id;
    }

    /** True if what is under this licence belongs to the tier. */
    boolean allows(String licence) {
        return TrainingLicences.allows(licence) || (this == SCALE && CREDIT.contains(licence));
    }

    /** The tier with this id. */
    public static ScaleTier ofId(String id) {
        return Stream.of(values())
                .filter(tier -> tier.id.equals(id.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new DataException("no tier '" + id
                        + "'; known: scale-p (licences that ask for notices alone) and scale (with CC-BY)"));
    }
}
