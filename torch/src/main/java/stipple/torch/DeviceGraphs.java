package stipple.torch;

/** Chooses what records graphs on a device. */
public final class DeviceGraphs {
    /** Set to {@code off}, nothing is recorded even where it could be. */
    public static final String SWITCH = "stipple.graphs";

    private DeviceGraphs() {}

    /** The recorder of a card; null on the CPU, where nothing is gained, and with a warning where libtorch lacks something. */
    public static DeviceGraph.Recorder recorder(Device device) {
        if (device.type() == Device.Type.CPU || "off".equals(System.getProperty(SWITCH))) {
            return null;
        }
        try {
            return new CudaGraphs(device);
        } catch (IllegalArgumentException e) {
            System.getLogger(DeviceGraphs.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "The flow head runs one launch per operation, which is slower: graphs cannot be recorded ("
                                    + e.getMessage() + ")");
            return null;
        }
    }
}
