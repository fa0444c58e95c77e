package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class NativeEnvironmentTest {
    @Test
    void a_setting_reaches_native_code_and_never_replaces_one_that_is_there() {
        String name = "STIPPLE_TEST_SETTING";
        assertNull(NativeEnvironment.value(name));

        NativeEnvironment.setIfAbsent(name, "first");
        NativeEnvironment.setIfAbsent(name, "second");

        assertEquals("first", NativeEnvironment.value(name));
        assertNull(System.getenv(name), "Java keeps its own copy");
    }

    @Test
    void the_threads_of_openblas_sleep_at_once_unless_the_user_wants_otherwise() {
        Torch.threads();

        String users = System.getenv("OPENBLAS_THREAD_TIMEOUT");
        assertEquals(users == null ? "4" : users, NativeEnvironment.value("OPENBLAS_THREAD_TIMEOUT"));
    }
}
