// libmilter's signal thread waits for HUP, TERM and INT with sigwait() and stops the filter on any of them, so SIGHUP
// could not mean "reload" and SIGTERM could not mean "answer what is under way first". The executable's sigwait() is
// found before libc's, by libmilter.so as by libmilter.a; libmilter makes no other use of it, and Argot itself waits
// with sigtimedwait(). It can go when libmilter lets its user keep the signals.

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "argot_milter.h"

static atomic_int taken;

int argot_milter_signals_are_ours(void) { return atomic_load(&taken); }

int sigwait(const sigset_t *restrict set, int *restrict sig) {
    (void)set;
    (void)sig;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    atomic_store(&taken, 1);
    for (;;)
        pause();
}
