/*
 * A team of threads that runs one task at a time. Members wait for work and for each other by spinning for some
 * microseconds, because a decode step has hundreds of barriers, and then sleep in the kernel, because the cores may be
 * wanted by others.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

#include "stp.h"

#define MAX_MEMBERS 255
/* Pauses of some tens of cycles each. */
#define SPINS 1500

/* A number that threads wait on, and how many of them sleep. Each has a cache line of its own. */
typedef struct {
    _Alignas(64) uint32_t value;
    uint32_t sleepers;
} gate;

static pthread_mutex_t in_use = PTHREAD_MUTEX_INITIALIZER;
static int32_t started = 1; /* threads that exist, the caller counted */
static stp_task task;
static void *argument;
static gate work_gate;    /* tasks begun, times 256, plus the members of the task */
static gate barrier_gate; /* barriers passed */
static _Alignas(64) uint32_t arrived;

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static inline uint32_t read_gate(const gate *g) {
    return __atomic_load_n(&g->value, __ATOMIC_ACQUIRE);
}

/* Waits until the gate's value is no longer that. */
static void await(gate *g, uint32_t value) {
    for (int i = 0; i < SPINS; i++) {
        if (read_gate(g) != value) {
            return;
        }
        relax();
    }
    __atomic_add_fetch(&g->sleepers, 1, __ATOMIC_SEQ_CST);
    while (read_gate(g) == value) {
#if defined(__linux__)
        syscall(SYS_futex, &g->value, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
#else
        nanosleep(&(struct timespec){0, 50000}, NULL);
#endif
    }
    __atomic_sub_fetch(&g->sleepers, 1, __ATOMIC_SEQ_CST);
}

static void open_gate(gate *g, uint32_t value) {
    __atomic_store_n(&g->value, value, __ATOMIC_SEQ_CST);
#if defined(__linux__)
    if (__atomic_load_n(&g->sleepers, __ATOMIC_SEQ_CST) != 0) {
        syscall(SYS_futex, &g->value, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
    }
#endif
}

void stp_barrier(int32_t members) {
    if (members < 2) {
        return;
    }
    uint32_t passed = read_gate(&barrier_gate);
    if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == (uint32_t)members) {
        __atomic_store_n(&arrived, 0, __ATOMIC_RELAXED);
        open_gate(&barrier_gate, passed + 1);
    } else {
        await(&barrier_gate, passed);
    }
}

/* What a new thread is told: its index, and the last task that was begun before it existed. */
typedef struct {
    int32_t index;
    uint32_t seen;
} beginning;

static void *serve(void *told) {
    int32_t index = ((beginning *)told)->index;
    uint32_t seen = ((beginning *)told)->seen;
    for (;;) {
        await(&work_gate, seen);
        /* The number of members comes with the count of tasks: who is none may be late and must not join the next. */
        seen = read_gate(&work_gate);
        int32_t count = (int32_t)(seen & 255);
        if (index < count) {
            task(argument, index, count);
            stp_barrier(count);
        }
    }
    return NULL;
}

/* Starts threads that are missing; as many as the system lets us have. Called before the task is announced. */
static int32_t grow(int32_t members) {
    static beginning beginnings[MAX_MEMBERS + 1];
    if (members > MAX_MEMBERS) {
        members = MAX_MEMBERS;
    }
    while (started < members) {
        sigset_t mask;
        sigset_t before;
        sigfillset(&mask);
        /* Faults are reported by whoever handles them in this process; all else is for its own threads. */
        sigdelset(&mask, SIGSEGV);
        sigdelset(&mask, SIGBUS);
        sigdelset(&mask, SIGFPE);
        sigdelset(&mask, SIGILL);
        pthread_sigmask(SIG_SETMASK, &mask, &before);
        pthread_t thread;
        beginnings[started] = (beginning){started, read_gate(&work_gate)};
        int failed = pthread_create(&thread, NULL, serve, &beginnings[started]);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (failed) {
            return started;
        }
        pthread_detach(thread);
        started++;
    }
    return members;
}

void stp_team_run(int32_t members, stp_task run, void *with) {
    if (members < 2) {
        run(with, 0, 1);
        return;
    }
    pthread_mutex_lock(&in_use);
    members = grow(members);
    if (members < 2) {
        run(with, 0, 1);
    } else {
        task = run;
        argument = with;
        uint32_t count = (read_gate(&work_gate) >> 8) + 1;
        open_gate(&work_gate, count << 8 | (uint32_t)members);
        run(with, 0, members);
        stp_barrier(members);
    }
    pthread_mutex_unlock(&in_use);
}
