import ClientLab
import Foundation

/// A clock that is off by as many seconds as its owner says, for a program that is loaded with it.
///
/// libfaketime cannot be used: with it a Swift program finds no arguments.
final class FalseClock: Sendable {
    private let directory: ScratchDirectory

    /// What the dynamic linker is told, and where the library finds how far the clock is off.
    var environment: [String: String] {
        ["LD_PRELOAD": "\(directory.path)/clock.so", "FALSE_CLOCK": "\(directory.path)/offset"]
    }

    /// Builds the library with the compiler that is on the search path.
    init() throws {
        directory = try ScratchDirectory(prefix: "argot-clock")
        let source = "\(directory.path)/clock.c"
        try Self.source.write(toFile: source, atomically: true, encoding: .utf8)
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let directories = search.split(separator: ":") + ["/usr/bin", "/usr/local/bin"]
        let compilers = directories.flatMap { ["\($0)/cc", "\($0)/clang"] }
        guard let compiler = compilers.first(where: { access($0, X_OK) == 0 }) else {
            throw LabError(.missingProgram, "no C compiler", remedy: "put Swift's clang on the search path")
        }
        let errors = "\(directory.path)/errors"
        let child = try ChildProcess(
            compiler, ["-shared", "-fPIC", "-O1", "-o", "\(directory.path)/clock.so", source], errors: errors)
        guard child.wait(until: .after(.seconds(60))) == .exited(0) else {
            let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw LabError(.startFailed, "the clock cannot be built: \(text)", at: source)
        }
    }

    /// Sets how many seconds the clock is off, such as `-86400`.
    func set(_ offset: String) throws {
        try "\(offset)\n".write(toFile: "\(directory.path)/offset", atomically: true, encoding: .utf8)
    }

    /// The calls by which programs read the wall clock. The monotonic clock stays as it is.
    private static let source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static long offset(void) {
            char text[32] = {0};
            const char *path = getenv("FALSE_CLOCK");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return 0;
            ssize_t length = read(file, text, sizeof text - 1);
            close(file);
            return length > 0 ? atol(text) : 0;
        }
        int clock_gettime(clockid_t clock, struct timespec *time) {
            long status = syscall(SYS_clock_gettime, clock, time);
            if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += offset();
            return (int)status;
        }
        int gettimeofday(struct timeval *restrict now, void *restrict zone) {
            struct timespec time;
            (void)zone;
            if (clock_gettime(CLOCK_REALTIME, &time) != 0) return -1;
            now->tv_sec = time.tv_sec;
            now->tv_usec = time.tv_nsec / 1000;
            return 0;
        }
        time_t time(time_t *where) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (where) *where = now.tv_sec;
            return now.tv_sec;
        }

        """
}
