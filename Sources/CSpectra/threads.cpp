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
        for (int made = 0; made < count; ++made) {
            threads.emplace_back([=] {
                // On Linux the niceness of a thread is its own. Without it the work is as right, only less polite.
                if (background) (void)setpriority(PRIO_PROCESS, id_t(syscall(SYS_gettid)), 19);
                body(context);
            });
        }
    } catch (...) {
        // Fewer threads do the same work.
    }
    if (threads.empty()) body(context);
    for (auto &thread : threads) thread.join();
}
