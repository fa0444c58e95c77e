package stipple.data.emoji;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.build.TrainingLicences;

/** Which emoji styles may be used together, by what their licences ask for. */
public enum Tier {
    /** MIT and Apache-2.0: models trained on it and pictures drawn from it may be passed on with notices alone. */
    CORE_P("core-p"),
    /** With CC-BY-4.0 and CC-BY-SA-4.0: credit is due, and adapted pictures share alike. */
    CORE("core");

    private final String id;

    Tier(String id) {
        this.id = id;
    }

    /** The name on the command line. */
    public String id() {
        return id;
    }

    /** The styles of the tier. */
    public List<EmojiStyle> styles() {
        return Stream.of(EmojiStyle.values())
                .filter(s -> this == CORE || TrainingLicences.allows(s.source().licence()))
                .toList();
    }

    /** The tier with this id. */
    public static Tier ofId(String id) {
        for (Tier tier : values()) {
            if (tier.id.equals(id.toLowerCase(Locale.ROOT))) {
                return tier;
            }
        }
        throw new DataException(
                "no tier '" + id + "'; known: core-p (MIT, Apache-2.0) and core (with CC-BY-4.0 and CC-BY-SA-4.0)");
    }
}
