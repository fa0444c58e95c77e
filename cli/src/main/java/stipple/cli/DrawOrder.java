package stipple.cli;

import java.nio.file.Path;

/**
 * What the commands that draw are given besides their common options.
 *
 * @param edit whether a picture is edited
 * @param prompt the prompt or instruction given as an argument, or null
 * @param input the picture to edit, or null
 * @param cfgImage guidance towards the picture to edit, or null
 */
record DrawOrder(boolean edit, String prompt, Path input, Double cfgImage) {
    static DrawOrder generate(String prompt) {
        return new DrawOrder(false, prompt, null, null);
    }

    static DrawOrder edit(Path input, String instruction, Double cfgImage) {
        return new DrawOrder(true, instruction, input, cfgImage);
    }
}
