package stipple.data.build;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import stipple.data.DataException;

/**
 * The rule on what the shipped model may be trained on: sources whose licences ask for no more than notices, which the
 * model's card carries. Credit for single pictures (CC-BY), share-alike (CC-BY-SA), copyleft (GPL), limits on use (NC) and
 * whatever is not in the list keep a source out. Pictures drawn with a font are not under the font's licence, so fonts under
 * the OFL are in.
 */
public final class TrainingLicences {
    /** SPDX names. */
    public static final Set<String> ALLOWED =
            Set.of("Apache-2.0", "CC-PDDC", "CC0-1.0", "ISC", "MIT", "OFL-1.1", "WordNet");

    private TrainingLicences() {}

    /** True if the shipped model may be trained on what is under this licence. */
    public static boolean allows(String licence) {
        return ALLOWED.contains(licence);
    }

    /** Refuses a set with a source that the shipped model may not be trained on; {@code name} is for the message. */
    public static void require(String name, Collection<Credit> sources) {
        List<String> others = sources.stream()
                .filter(credit -> !allows(credit.licence()))
                .map(credit -> credit.source() + " (" + credit.licence() + ")")
                .toList();
        if (!others.isEmpty()) {
            throw new DataException("the set " + name + " cannot be part of the default data: "
                    + String.join(", ", others) + "; allowed are " + String.join(", ", new TreeSet<>(ALLOWED)));
        }
    }
}
