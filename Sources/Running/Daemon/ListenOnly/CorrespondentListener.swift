import Milter
import SMTP

/// Notes whom authenticated users write to: what these send is most likely wanted.
final class CorrespondentListener: ListeningSession {
    private let desk: LessonDesk
    private var isAuthenticated = false
    private var recipients: [String] = []

    /// The most recipients of one message that are noted: beyond that it is a circular.
    static let maximumRecipients = 50

    init(desk: LessonDesk) {
        self.desk = desk
    }

    func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) {}

    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) {
        isAuthenticated = !(context.macro(.authenticatedName) ?? "").isEmpty
        recipients = []
    }

    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) {
        guard isAuthenticated, recipients.count <= Self.maximumRecipients, context.macro(.recipientMailer) != "error"
        else { return }
        let address = MailAddress(argument: EventReader.argument(arguments))
        if !address.domain.isEmpty { recipients.append(address.unquoted) }
    }

    func endOfMessage(_ context: borrowing MilterMessageContext) {
        defer { recipients = [] }
        guard recipients.count <= Self.maximumRecipients else { return }
        for recipient in recipients { desk.note(correspondent: recipient, at: DaemonState.unixTime) }
    }

    func abort() { recipients = [] }
}
