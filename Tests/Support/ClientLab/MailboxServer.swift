import Foundation

/// A mail server of the laboratory whose deliveries become files.
public protocol MailboxServer: MailServer {
    /// The files of all delivered messages; a message to two users is delivered twice.
    var deliveredFiles: [String] { get }

    /// What it has logged so far; empty if it keeps no log of its own.
    var log: String { get }

    /// Whether a message for a user elsewhere, and for nobody else, has been taken to be passed on.
    func passesOn(to recipient: String) -> Bool
}

extension MailboxServer {
    /// How many messages were delivered.
    public func deliveredMessages() -> Int { deliveredFiles.count }

    /// The text of every delivered message, in no particular order.
    public func deliveredTexts() -> [String] {
        deliveredFiles.compactMap { FileManager.default.contents(atPath: $0) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Waits until at least `count` messages are delivered; throws how many there are if time is up.
    public func waitUntilDelivered(_ count: Int, within limit: Duration = .seconds(60)) throws(LabError) {
        guard Poll.until(.after(limit), { deliveredMessages() >= count }) else {
            throw LabError(
                .timedOut, "\(deliveredMessages()) of \(count) messages delivered; the log ends:\n\(logTail)")
        }
    }

    /// The end of its log, for messages to people.
    var logTail: String { log.split(separator: "\n").suffix(12).joined(separator: "\n") }
}
