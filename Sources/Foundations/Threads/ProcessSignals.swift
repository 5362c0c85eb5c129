import Glibc

/// The signals that a filter is steered with. libmilter claims three of them for itself (see sigwait.c); the daemon
/// blocks them in every thread and waits for them in one, so that none is lost and no code runs in a handler.
public enum ProcessSignals {
    /// What was received.
    public enum Event: Sendable, Hashable {
        /// TERM or INT: finish and leave.
        case stop

        /// HUP or USR1: read configuration and model again.
        case reload

        /// Nothing, for as long as was asked.
        case timeout
    }

    /// Blocks the signals in this thread and in all that it starts later. Call it before anything starts a thread.
    /// Also ignores PIPE, keeps libdispatch from complaining about priorities, lets a crash end the process at once, and
    /// raises the limit of open files as far as the system lets it.
    public static func prepareProcess() {
        var set = steering
        // unsafe, here and below: the calls read or fill variables of this frame.
        unsafe _ = pthread_sigmask(SIG_BLOCK, &set, nil)
        _ = signal(SIGPIPE, SIG_IGN)
        // libdispatch runs its timers at a raised priority, and tells syslog whenever an unprivileged process may not.
        unsafe _ = setenv("LIBDISPATCH_LOG", "NO", 0)
        // Where Swift's backtracer is installed, its handler stops all threads with USR1 before it writes its report.
        // Here USR1 is blocked or means a reload, so that a crash would never end, and mail servers would wait.
        for crash in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { _ = signal(crash, SIG_DFL) }
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        if unsafe getrlimit(resource, &limit) == 0 {
            limit.rlim_cur = limit.rlim_max
            unsafe _ = setrlimit(resource, &limit)
        }
    }

    /// Waits for the next signal, `seconds` at most.
    public static func wait(seconds: Int) -> Event {
        var set = steering
        var timeout = timespec(tv_sec: seconds, tv_nsec: 0)
        switch unsafe sigtimedwait(&set, nil, &timeout) {
        case SIGTERM, SIGINT: return .stop
        case SIGHUP, SIGUSR1: return .reload
        default: return .timeout
        }
    }

    private static var steering: sigset_t {
        var set = sigset_t()
        unsafe _ = sigemptyset(&set)
        for signal in [SIGHUP, SIGTERM, SIGINT, SIGUSR1] { unsafe _ = sigaddset(&set, signal) }
        return set
    }
}
