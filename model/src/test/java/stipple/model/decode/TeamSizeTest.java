package stipple.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.torch.Torch;

class TeamSizeTest {
    private static final long MILLI = 1_000_000;

    private final int before = Torch.threads();

    @BeforeEach
    void fourThreads() {
        Torch.threads(4);
    }

    @AfterEach
    void restore() {
        Torch.threads(before);
    }

    /** Makes calls and counts how many of them got all threads. */
    private static int together(TeamSize team, int calls, long withAll, long alone) {
        int count = 0;
        for (int i = 0; i < calls; i++) {
            int members = team.forRows(2);
            count += members == 4 ? 1 : 0;
            team.took(2, members == 4 ? withAll : alone);
        }
        return count;
    }

    @Test
    void the_faster_way_is_taken_and_the_slower_one_tried_now_and_then() {
        int all = together(new TeamSize(1e6), 1000, 8 * MILLI, 2 * MILLI);
        assertTrue(
                all >= 5 && all <= 15, all + " calls of 1000 had all threads though one takes a quarter of the time");
        int often = together(new TeamSize(1e6), 1000, 22 * MILLI / 10, 2 * MILLI);
        assertTrue(often >= 50 && often <= 70, often + " calls of 1000 had all threads though one is a little faster");
    }

    @Test
    void the_choice_follows_when_the_machine_changes() {
        TeamSize team = new TeamSize(1e6);
        together(team, 64, 8 * MILLI, 2 * MILLI);
        together(team, 320, MILLI, 2 * MILLI);
        assertTrue(together(team, 32, MILLI, 2 * MILLI) >= 28);
    }

    @Test
    void a_call_that_was_held_up_once_changes_nothing() {
        TeamSize team = new TeamSize(1e6);
        together(team, 40, MILLI, 14 * MILLI / 10);
        while (team.forRows(2) != 4) {
            team.took(2, 14 * MILLI / 10);
        }
        team.took(2, 50 * MILLI);
        assertTrue(together(team, 10, MILLI, 14 * MILLI / 10) >= 9);
    }

    @Test
    void large_calls_always_get_all_threads() {
        assertEquals(50, together(new TeamSize(1e9), 50, 8 * MILLI, 2 * MILLI));
    }

    @Test
    void a_single_thread_leaves_no_choice() {
        Torch.threads(1);
        assertEquals(1, new TeamSize(1e6).forRows(3));
    }
}
