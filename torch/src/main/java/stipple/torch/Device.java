package stipple.torch;

import org.bytedeco.pytorch.global.torch;

/**
 * Where a tensor lives.
 *
 * @param type {@code CPU} or {@code CUDA}
 * @param index ordinal of the card, 0 for the CPU
 */
public record Device(Type type, int index) {
    /** Kinds of devices. */
    public enum Type {
        CPU,
        CUDA
    }

    /** The processor. */
    public static final Device CPU = new Device(Type.CPU, 0);

    /**
     * Parses {@code cpu}, {@code cuda} or {@code cuda:1}, and refuses a CUDA device that is not there.
     *
     * @throws UserException if the name is unknown or the device is missing
     */
    public static Device ofName(String name) {
        if (name.equals("cpu")) {
            return CPU;
        }
        if (name.equals("cuda") || name.matches("cuda:\\d{1,2}")) {
            int index = name.equals("cuda") ? 0 : Integer.parseInt(name.substring(5));
            int count = Torch.cudaDevices();
            if (index >= count) {
                throw new UserException("Device '" + name + "' is not available: "
                        + (count == 0 ? Cards.whyNone() : "there are " + count + ", from cuda:0 on")
                        + "; or use --device cpu");
            }
            return new Device(Type.CUDA, index);
        }
        throw new UserException("Unknown device '" + name + "'; use cpu, cuda or cuda:N");
    }

    org.bytedeco.pytorch.Device handle() {
        return new org.bytedeco.pytorch.Device(type == Type.CPU ? torch.DeviceType.CPU : torch.DeviceType.CUDA, (byte)
                (type == Type.CPU ? -1 : index));
    }

    @Override
    public String toString() {
        return type == Type.CPU ? "cpu" : "cuda:" + index;
    }
}
