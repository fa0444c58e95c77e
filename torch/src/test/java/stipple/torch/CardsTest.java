package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** What is said where there is no card. */
class CardsTest {
    @Test
    void a_build_for_the_processor_says_how_to_get_the_other() {
        assumeTrue(Torch.cudaDevices() == 0, "there is a card");
        assumeTrue(!NativeLibraries.forCards(), "these are the natives with CUDA");
        UserException refusal = assertThrows(UserException.class, () -> Device.ofName("cuda"));
        assertEquals(
                "Device 'cuda' is not available: this build has libtorch for the CPU; run STIPPLE_PROFILE=gpu ./stipple,"
                        + " or the container of deploy/Dockerfile.cuda; or use --device cpu",
                refusal.getMessage());
        assertTrue(Cards.freeBytes(new Device(Device.Type.CUDA, 0)).isEmpty());
        assertEquals(null, DeviceGraphs.recorder(Device.CPU));
    }

    @Test
    void a_driver_that_is_missing_or_old_or_shows_nothing_is_told_apart() {
        assertTrue(Cards.none(true, 0, null).startsWith("no NVIDIA driver is loaded; install driver 580"));
        assertEquals(
                "the driver has CUDA 12.4, and 13 is needed; install driver 580 or newer",
                Cards.none(true, 12040, null));
        assertEquals(
                "the driver shows no card with CUDA_VISIBLE_DEVICES=7; nvidia-smi lists what is there",
                Cards.none(true, 13000, "7"));
    }
}
