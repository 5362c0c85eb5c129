#include "argot_spectra.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <system_error>
#include <thread>
#include <vector>

extern "C" void argot_spectra_run_threads(int count, int background, void (*body)(void *context), void *context) {
    std::vector<std::thread> threads;
    try {
        // The caller is one of them, unless it would lose its priority for good: a thread less has a heap less.
        for (int made = background ? 0 : 1; made < count; ++made) {
            threads.emplace_back([=] {
                // On Linux the niceness of a thread is its own. Without it the work is as right, only less polite.
                if (background) (void)setpriority(PRIO_PROCESS, id_t(syscall(SYS_gettid)), 19);
                body(context);
            });
        }
    } catch (...) {
        // Fewer threads do the same work.
    }
    if (!background || threads.empty()) body(context);
    for (auto &thread : threads) thread.join();
}
