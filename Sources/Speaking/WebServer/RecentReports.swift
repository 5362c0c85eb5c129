import SMTP
import Synchronization
import WebPages

/// Reports that were made lately. A report reads every verdict of its time: whoever looks at it again, or from page to page,
/// need not wait for that again, and several who look at it at a time read once.
final class RecentReports: Sendable {
    /// For how many seconds a report holds.
    static let lifetime: Int64 = 60

    private struct Kept {
        let page: ReportPage
        let time: UnixTime
    }

    private let kept = Mutex<[Int: Kept]>([:])
    private let making = Mutex(())

    init() {}

    /// The report of so many days at `time`, as it was made within the last minute, or as `make` makes it.
    func page(days: Int, at time: UnixTime, make: () throws -> ReportPage) throws -> ReportPage {
        if let page = recent(days, time) { return page }
        return try making.withLock { _ in
            if let page = recent(days, time) { return page }
            let page = try make()
            kept.withLock { $0[days] = Kept(page: page, time: time) }
            return page
        }
    }

    private func recent(_ days: Int, _ time: UnixTime) -> ReportPage? {
        kept.withLock { kept in
            kept[days].flatMap { time >= $0.time && time - $0.time < Self.lifetime ? $0.page : nil }
        }
    }
}
