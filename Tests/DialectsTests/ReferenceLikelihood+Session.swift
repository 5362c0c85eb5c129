import SMTP

@testable import Dialects

extension ReferenceLikelihood {
    /// A session as an observer is shown it, replies and aborts kept.
    struct Session {
        var reference: ReferenceLikelihood
        private var reply = ReplyPattern.Class.unknown
        private var isAbortPending = false
        private var sender: String?
        private var headers: [(name: String, value: String)] = []
        private var lines: ReferenceLines

        init(_ reference: ReferenceLikelihood) {
            self.reference = reference
            lines = ReferenceLines(reference.matching)
        }

        private mutating func message(
            _ slot: TemplateIndex.Slot, isAborted: Bool = false, _ takes: (MessageTemplate.Content) -> Bool
        ) {
            reference.message(slot, after: reply, isAborted: isAborted) { takes($0.content) }
            reply = .unknown
        }

        private mutating func flush() {
            guard isAbortPending else { return }
            isAbortPending = false
            message(.reset) { $0 == .reset }
        }

        mutating func take(_ step: Step) {
            let matching = reference.matching
            switch step {
            case .helo(let argument):
                let isAborted = isAbortPending
                isAbortPending = false
                message(.helo, isAborted: isAborted) {
                    if case .helo(let pattern, _) = $0 { matching.takes(pattern, argument) } else { false }
                }
            case .startTLS: message(.startTLS) { $0 == .startTLS }
            case .proto(let isExtended):
                if reference.vantage.tellsHELOFromEHLO { reference.greeted(isExtended: isExtended) }
            case .mail(let arguments):
                flush()
                headers = []
                let text = arguments[0]
                sender = text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
                message(.mail) {
                    guard case .mail(let address, let list) = $0 else { return false }
                    return matching.takes(address, list, arguments, sender: nil)
                }
            case .recipient(let arguments):
                flush()
                message(.recipient) { [sender] in
                    guard case .recipient(let address, let list) = $0 else { return false }
                    return matching.takes(address, list, arguments, sender: sender)
                }
                reply = .positive
            case .answered(let told): reply = told
            case .data: message(.data) { $0 == .data }
            case .header(let name, let value): headers.append((name, value))
            case .endOfHeaders:
                message(.message) { [headers] in
                    if case .message(let layout) = $0 { matching.takes(layout, headers) } else { false }
                }
            case .unknown(let command):
                if ["HELP", "EXPN", "VRFY", "NOOP", "ETRN"].contains(command.prefix { $0 != " " }.uppercased()) {
                    return
                }
                flush()
                message(.unknown) {
                    if case .unknown(let word) = $0 { matching.takes(word, command: command) } else { false }
                }
                reply = .permanent
            case .abort: isAbortPending = true
            case .line(let line):
                if case .mail = SMTPVerb(line: line.utf8) { headers = [] }
                let (slot, takes) = lines.read(line)
                reference.message(slot, after: reply, takes)
                reply = .unknown
            }
        }
    }
}
