package import MailLogs
package import SenderLab
package import SpamTracker

/// One message of an import.
package struct ImportedMail {
    /// Who asked for whom, and when.
    package var recipient: LoggedRecipient

    /// What is known of it.
    package var label: SenderLabel?

    /// How many messages it stands for, at least 1.
    package var weight: UInt32

    /// A message from its parts.
    package init(recipient: LoggedRecipient, label: SenderLabel? = nil, weight: UInt32 = 1) {
        self.recipient = recipient
        self.label = label
        self.weight = weight
    }

    /// A message of a table.
    package init(_ row: MailRow) {
        self.init(
            recipient: LoggedRecipient(client: row.client, domain: row.domain, time: row.time), label: row.label,
            weight: row.weight)
    }
}
