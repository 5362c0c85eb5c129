import Policy
import SMTP

/// Notices source routes, `<@relay.example:user@lab.example>`: RFC 5321 (section 3.6.1 and appendix F.2) tells clients not
/// to send them, and mail software has not for decades.
///
/// The example of "Adding a detector". One of Argot's own has its detector and its signals in the table of reasons, and its
/// place in `Detectors`; this one brings them along, and is handed to the snapshot from outside.
package struct SourceRouteDetector: SessionDetector {
    /// `route`.
    package static var detector: Detector { .route }

    private var isRouted = false

    /// A detector for a session that begins now.
    package init() {}

    /// Looks at the addresses of MAIL and RCPT. O(1).
    package mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .mail, .rcpt:
            if bytes.count > 1, bytes[0] == UInt8(ascii: "<"), bytes[1] == UInt8(ascii: "@") { isRouted = true }
        default: break
        }
    }

    /// Adds what was seen. O(1).
    package func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        if isRouted { found.append(.routeSource) }
    }
}

extension Detector {
    /// How addresses are written.
    package static let route = Detector("route", looksAt: .other)
}

extension Signal {
    /// An address had a source route.
    package static let routeSource = Signal(
        "route.source", .route, .weak, rank: 145, "it gave an address with a source route")
}
