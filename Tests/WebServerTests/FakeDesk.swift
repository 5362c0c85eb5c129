import Explanations
import Keeping
import Memory
import SMTP
import Synchronization
import WebPages

@testable import WebServer

/// A desk without a daemon: what was changed is kept.
final class FakeDesk: WebDesk {
    let changes = Mutex<[WebChange]>([])

    struct Absent: Error, CustomStringConvertible {
        var description: String { "argotd does not answer" }
    }

    func now(at time: UnixTime) throws -> NowPage { throw Absent() }
    func sessions(_ search: SessionsPage.Search, before: Int64?) throws -> SessionsPage {
        SessionsPage(search, [], hasMore: false)
    }
    func session(_ name: String) throws -> SessionPage? {
        name == "known" ? SessionPage(name, [], Conversation(note: "")) : nil
    }
    func picture(_ name: String) throws -> String? { nil }
    func report(days: Int, at time: UnixTime) throws -> ReportPage {
        ReportPage(days: days, VerdictReport(), DeferralReport(), EnforcingOutlook())
    }
    func lies() throws -> LiesPage { LiesPage([], isCut: false) }
    func settings() throws -> SettingsPage {
        SettingsPage(.init(mode: "observe", isSuspended: false, allowed: [], denied: [], faults: []))
    }
    func steer(_ change: WebChange) throws -> [String] {
        changes.withLock { $0.append(change) }
        return []
    }
}
