package stipple.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build. */
final class Version implements IVersionProvider {
    /** Version written into pictures and shown by {@code --version}. */
    static final String NUMBER = "0.1.0";

    @Override
    public String[] getVersion() {
        return new String[] {"stipple " + NUMBER};
    }
}
