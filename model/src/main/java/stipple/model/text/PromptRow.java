package stipple.model.text;

/**
 * The token ids of one row, without padding.
 *
 * @param ids the ids
 */
@SuppressWarnings("ArrayRecordComponent") // rows are handed to tensors; they are never compared by equals
public record PromptRow(int[] ids) {
    /** Number of tokens. */
    public int length() {
        return ids.length;
    }

    /** How often an id occurs, such as the image placeholder. */
    public int count(int id) {
        int count = 0;
        for (int candidate : ids) {
            if (candidate == id) {
                count++;
            }
        }
        return count;
    }
}
