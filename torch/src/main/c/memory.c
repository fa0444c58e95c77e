/* Where memory comes from is not our business; how it is paged is. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "stp.h"

/* Below this, large pages would waste more than they save. */
#define WORTHWHILE (4 << 20)

void stp_large_pages(void *memory, int64_t bytes) {
#if defined(MADV_HUGEPAGE)
    intptr_t page = sysconf(_SC_PAGESIZE), first = ((intptr_t)memory + page - 1) & -page;
    intptr_t end = ((intptr_t)memory + bytes) & -page;
    if (bytes >= WORTHWHILE) {
        /* A system that was built without them says so; then the memory is as good as it was. */
        (void)madvise((void *)first, (size_t)(end - first), MADV_HUGEPAGE);
    }
#else
    (void)memory;
    (void)bytes;
#endif
}
