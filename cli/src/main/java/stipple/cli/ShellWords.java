package stipple.cli;

import java.util.regex.Pattern;

/** A command line that a shell reads back as it was meant: words with spaces or signs of the shell's own stand in quotes. */
final class ShellWords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final StringBuilder words = new StringBuilder();

    /** Adds a word. */
    ShellWords add(Object word) {
        String text = String.valueOf(word);
        words.append(words.isEmpty() ? "" : " ");
        words.append(PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'");
        return this;
    }

    /** Adds an option with its value, or nothing for null. */
    ShellWords add(String option, Object value) {
        return value == null ? this : add(option).add(value);
    }

    /** Adds words that are in order already. */
    ShellWords all(ShellWords others) {
        words.append(words.isEmpty() || others.words.isEmpty() ? "" : " ").append(others.words);
        return this;
    }

    @Override
    public String toString() {
        return words.toString();
    }
}
