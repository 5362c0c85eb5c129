import Explanations
import Keeping
import Memory
import SMTP
import WebPages

/// Where pages get what they show, and what they change goes to. Everything here may wait for a disk or for argotd.
protocol WebDesk: Sendable {
    /// The page *Now*.
    func now(at time: UnixTime) throws -> NowPage

    /// The verdicts of a search, newest first, and whether there are older ones.
    func sessions(_ search: SessionsPage.Search, before: Int64?) throws -> SessionsPage

    /// One session; `nil` when the journal has none of that name.
    func session(_ name: String) throws -> SessionPage?

    /// How a session's posterior went, as a picture; `nil` without one.
    func picture(_ name: String) throws -> String?

    /// The report of so many days.
    func report(days: Int, at time: UnixTime) throws -> ReportPage

    /// The ledger of lies.
    func lies() throws -> LiesPage

    /// The mode and the lists.
    func settings() throws -> SettingsPage

    /// Changes something at argotd's control socket, and says what else has to be known.
    func steer(_ change: WebChange) throws -> [String]
}

/// What can be changed from the page: requests of the control socket, no more.
enum WebChange: Sendable, Hashable {
    /// The mode.
    case mode(String)
    /// Entries, separated by blanks, on the list `allow` or `deny`.
    case list(String, entries: String)
    /// Entries off both lists.
    case remove(entries: String)
    /// A reload.
    case reload
}
