package stipple.data.build;

/** How far a build is: what it does now, how many steps of it are done, and out of how many. */
public record BuildProgress(String stage, int done, int total) {}
