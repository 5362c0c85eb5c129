// libpcap, for reading capture files and interfaces, and system calls that Swift cannot make: prctl(2) takes any number
// of arguments, and capset(2) has no function in the C library.
#include <pcap/pcap.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "seccomp.h"

// Gives up what the process may do beyond others, for good: every capability, and every way to get one back. Returns 0, or
// -1 with errno.
static inline int argot_give_up_privileges(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    // Empty where the kernel has no ambient capabilities.
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return (int)syscall(SYS_capset, &header, none);
}
