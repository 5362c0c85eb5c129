import CMilter
import Synchronization

/// What libmilter itself reports: it would write to syslog(3), and wait there.
public struct LibmilterReport: Sendable, Hashable {
    /// Whether something went wrong, or is only reported.
    public let isProblem: Bool

    /// libmilter's words.
    public let text: String

    /// Hands over every report from now on. `body` is called on libmilter's threads, with its locks held, and must not
    /// wait.
    public static func handOver(to body: @escaping @Sendable (LibmilterReport) -> Void) {
        receiver.withLock { $0 = body }
        unsafe argot_milter_set_report { priority, text in
            // unsafe: the text is NUL-terminated and valid during the call; it is copied here.
            guard let text = unsafe text, let body = LibmilterReport.receiver.withLock({ $0 }) else { return }
            // LOG_WARNING is 4, LOG_NOTICE 5 (syslog(3)).
            body(LibmilterReport(isProblem: priority < 5, text: unsafe String(cString: text)))
        }
    }

    private static let receiver = Mutex<(@Sendable (LibmilterReport) -> Void)?>(nil)
}
