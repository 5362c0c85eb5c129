public import SMTP
public import SpamTracker

/// What a group of sites has found out about senders: average rows, contrast tables, calibration, the history of networks,
/// and the list of who looks like a spammer now. Everything in it goes by the group's pseudonyms and the sites' columns.
public struct SenderSnapshot: Sendable {
    /// The kind of its signed document.
    public static let kind = "snapshot"

    /// The largest document that is read, in bytes.
    public static let largest = 512 << 20

    /// How many senders it lists at most.
    public static let mostListed = 4_000_000

    /// By which key the senders were named.
    public var group: UInt64

    /// Until when it has counted: what its age counts from.
    public var until: UnixTime

    /// The window that the list is of, in seconds.
    public var window: Int64

    /// How many sites it was learned from, and how many were scored only.
    public var sites: (trusted: Int, scored: Int)

    /// How many senders the window had.
    public var senderCount: Int

    /// How many senders, or sites, whatever is published is at least of.
    public var anonymity: Int

    /// What it was learned from, told apart: submissions, roster and settings.
    public var input: UInt64

    /// Who looks like a spammer.
    public var listed: ListedSenders

    /// What was learned. Its domains are ``columnName(site:column:)``.
    public var model: SenderModel

    /// A snapshot of its parts.
    public init(
        group: UInt64, until: UnixTime, window: Int64, sites: (trusted: Int, scored: Int), senderCount: Int,
        anonymity: Int, input: UInt64, listed: ListedSenders, model: SenderModel
    ) {
        self.group = group
        self.until = until
        self.window = window
        self.sites = sites
        self.senderCount = senderCount
        self.anonymity = anonymity
        self.input = input
        self.listed = listed
        self.model = model
    }

    /// The name under which the model's table holds a site's column.
    public static func columnName(site: UInt64, column: UInt64) -> String {
        "\(String(site, radix: 16)).\(String(column, radix: 16))"
    }

    /// The numbers of a site's columns in the model. O(domains).
    public func columns(of site: UInt64) -> [UInt64: UInt32] {
        let prefix = "\(String(site, radix: 16))."
        var columns: [UInt64: UInt32] = [:]
        for (number, name) in model.table.names.enumerated() where name.hasPrefix(prefix) {
            if let column = UInt64(name.dropFirst(prefix.count), radix: 16) { columns[column] = UInt32(number) }
        }
        return columns
    }
}
