// What argot-tap may ask the kernel for once everything is open, as a filter of seccomp(2) for the calling thread: read
// packets, talk to argotd's socket, write what was opened before, memory, time, signals, the end. Anything else fails with
// EPERM. It can open no file and no other kind of socket, start no program, put no packet on the network through the socket
// that captures them, and not change what that socket captures.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARGOT_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARGOT_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

// The low half of an argument, as both architectures have it.
#define ARGOT_ARGUMENT(number) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[number]))
#define ARGOT_NUMBER BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define ARGOT_YES BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define ARGOT_NO BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
// One call, whatever its arguments.
#define ARGOT_ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), ARGOT_YES
// One call if an argument is a value, or is not.
#define ARGOT_ALLOW_IF(call, number, value) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 4), ARGOT_ARGUMENT(number), \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1), ARGOT_YES, ARGOT_NO
#define ARGOT_ALLOW_UNLESS(call, number, value) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 4), ARGOT_ARGUMENT(number), \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0), ARGOT_YES, ARGOT_NO
// One call if no bit of a mask is set in an argument.
#define ARGOT_ALLOW_WITHOUT(call, number, mask) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 4), ARGOT_ARGUMENT(number), \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 1, 0), ARGOT_YES, ARGOT_NO

// Restricts the calling thread, and those that it starts, for good; `packets` is the socket that captures, or -1. Needs
// no_new_privs. Returns 0, or -1 with errno.
static inline int argot_restrict_system_calls(int packets) {
#if defined(ARGOT_AUDIT_ARCH)
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARGOT_AUDIT_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        ARGOT_NUMBER,
        // Packets in, findings out.
        ARGOT_ALLOW(recvfrom), ARGOT_ALLOW(recvmsg), ARGOT_ALLOW(read), ARGOT_ALLOW(pread64), ARGOT_ALLOW(lseek),
        ARGOT_ALLOW(fstat), ARGOT_ALLOW(newfstatat), ARGOT_ALLOW(close), ARGOT_ALLOW(ppoll), ARGOT_ALLOW(connect),
        ARGOT_ALLOW(getsockopt), ARGOT_ALLOW(fcntl),
#if defined(SYS_poll)
        ARGOT_ALLOW(poll),
#endif
        ARGOT_ALLOW_UNLESS(sendto, 0, (unsigned)packets),
        ARGOT_ALLOW_UNLESS(write, 0, (unsigned)packets),
        ARGOT_ALLOW_IF(socket, 0, AF_UNIX),
        // Memory, none of it code.
        ARGOT_ALLOW(brk), ARGOT_ALLOW(munmap), ARGOT_ALLOW(mremap), ARGOT_ALLOW(madvise),
        ARGOT_ALLOW_WITHOUT(mmap, 2, PROT_EXEC),
        ARGOT_ALLOW_WITHOUT(mprotect, 2, PROT_EXEC),
        // Time, locks, signals, chance, the end.
        ARGOT_ALLOW(clock_gettime), ARGOT_ALLOW(clock_nanosleep), ARGOT_ALLOW(nanosleep), ARGOT_ALLOW(futex),
        ARGOT_ALLOW(sched_yield), ARGOT_ALLOW(rt_sigaction), ARGOT_ALLOW(rt_sigprocmask), ARGOT_ALLOW(rt_sigreturn),
        ARGOT_ALLOW(rt_sigtimedwait), ARGOT_ALLOW(sigaltstack), ARGOT_ALLOW(restart_syscall), ARGOT_ALLOW(getpid),
        ARGOT_ALLOW(gettid), ARGOT_ALLOW(tgkill), ARGOT_ALLOW(getrandom), ARGOT_ALLOW(exit), ARGOT_ALLOW(exit_group),
        ARGOT_NO,
    };
    struct sock_fprog filter = {sizeof program / sizeof program[0], program};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
#else
    (void)packets;
    errno = ENOSYS;
    return -1;
#endif
}
