// epoll(7), which Swift's Glibc leaves out, without the union of its events.
#include <stdint.h>
#include <sys/epoll.h>

// A descriptor that is ready: the number under which it was added, and for what.
struct argot_ready {
    uint64_t number;
    uint32_t events;
};

// epoll_ctl(2) with EPOLL_CTL_ADD or EPOLL_CTL_MOD.
static inline int argot_epoll_watch(int epoll, int operation, int descriptor, uint32_t events, uint64_t number) {
    struct epoll_event event = {.events = events, .data = {.u64 = number}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

// epoll_wait(2) for at most 256 descriptors; returns how many of `ready` are filled in, or -1.
static inline int argot_epoll_wait(int epoll, struct argot_ready *ready, int count, int milliseconds) {
    struct epoll_event events[256];
    int found = epoll_wait(epoll, events, count < 256 ? count : 256, milliseconds);
    for (int i = 0; i < found; i++) ready[i] = (struct argot_ready){events[i].data.u64, events[i].events};
    return found;
}

// accept4(2), which glibc shows with _GNU_SOURCE only, under a name of our own: <sys/socket.h> here would make its types
// this module's for Swift. A connection that nobody waits for, and that is closed on exec; or -1.
extern int argot_accept4(int, void *, void *, int) __asm__("accept4");
static inline int argot_accept(int listener) {
    // SOCK_NONBLOCK, SOCK_CLOEXEC
    return argot_accept4(listener, 0, 0, 04000 | 02000000);
}

// eventfd(2), which Swift's Glibc leaves out too: what wakes whoever waits with epoll, in one descriptor; or -1.
extern int argot_eventfd(unsigned, int) __asm__("eventfd");
static inline int argot_alarm(void) {
    // EFD_NONBLOCK, EFD_CLOEXEC
    return argot_eventfd(0, 04000 | 02000000);
}
