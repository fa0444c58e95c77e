package stipple.eval.report;

import java.util.stream.Stream;

/** What is measured of a picture beside right or wrong, so that two runs can be compared by it. */
public enum Mark {
    /** Whether it has the style that was asked for. */
    STYLE("style", Figure.SHARE),
    /** Whether its own caption is among the five that suit it best. */
    FIRST5("first5", Figure.SHARE),
    /** Whether an instruction was followed. */
    OBEYED("obeyed", Figure.SHARE),
    /** Whether what an instruction does not name stayed as it was. */
    KEPT("kept", Figure.SHARE),
    /** The share of letters that are right. */
    LETTERS("letters", Figure.SHARE),
    /** How near a copy comes to its original. */
    PSNR("psnr", "dB");

    private final String id;
    private final String unit;

    Mark(String id, String unit) {
        this.id = id;
        this.unit = unit;
    }

    /** Its name in reports. */
    public String id() {
        return id;
    }

    /** What the mark of a name is counted in; marks that this version does not know have no unit. */
    static String unit(String id) {
        return Stream.of(values())
                .filter(mark -> mark.id.equals(id))
                .map(mark -> mark.unit)
                .findFirst()
                .orElse("");
    }

    /** A mark that a picture has or lacks. */
    public static double of(boolean has) {
        return has ? 1 : 0;
    }
}
