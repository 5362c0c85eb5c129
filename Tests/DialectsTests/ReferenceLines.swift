import DialectLearning
import SMTP

@testable import Dialects

/// Which templates take a command line, decided from the template's parts alone. Lines in, in order, since RCPT may repeat
/// the sender.
struct ReferenceLines {
    private let matching: ReferenceMatch
    private var sender: String?

    init(_ matching: ReferenceMatch) { self.matching = matching }

    /// The kind of message that a line is, and who takes it.
    mutating func read(_ text: String) -> (slot: TemplateIndex.Slot, takes: (MessageTemplate) -> Bool) {
        let line = Array(text.utf8)
        let slot = TemplateIndex.Slot(SMTPVerb(line: line))
        let fixed = line.prefix(SpellingTable.fixedCount(of: line.span, slot: slot))
        func isSpelled(_ template: MessageTemplate) -> Bool {
            SpellingTable.fixedPart(of: template, slot: slot).utf8.elementsEqual(fixed)
        }
        func words(_ bytes: [UInt8]) -> [String] {
            bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        }
        func content(_ content: MessageTemplate.Content) -> (MessageTemplate) -> Bool {
            { $0.content == content && isSpelled($0) }
        }
        let matching = matching
        switch slot {
        case .helo, .heloAfterAbort:
            let argument = String(decoding: CommandArguments.greeting(line), as: UTF8.self)
            return (
                slot,
                {
                    guard case .helo(let pattern, _) = $0.content else { return false }
                    return matching.takes(pattern, argument) && ($0.isOwned || isSpelled($0))
                }
            )
        case .mail:
            let arguments = words(CommandArguments.path(line))
            let address = arguments[0]
            sender = address.hasPrefix("<") && address.hasSuffix(">") ? String(address.dropFirst().dropLast()) : address
            return (
                slot,
                {
                    guard case .mail(let address, let list) = $0.content else { return false }
                    return matching.takes(address, list, arguments, sender: nil) && isSpelled($0)
                }
            )
        case .recipient:
            let arguments = words(CommandArguments.path(line))
            let sender = sender
            return (
                slot,
                {
                    guard case .recipient(let address, let list) = $0.content else { return false }
                    return matching.takes(address, list, arguments, sender: sender) && isSpelled($0)
                }
            )
        case .unknown, .message:
            return (
                .unknown,
                { if case .unknown(let word) = $0.content { matching.takes(word, command: text) } else { false } }
            )
        case .data: return (slot, content(.data))
        case .reset: return (slot, content(.reset))
        case .startTLS: return (slot, content(.startTLS))
        case .quit, .other:
            return (
                slot,
                {
                    let isQUIT = $0.text.uppercased().hasPrefix("QUIT")
                    return $0.content == .hidden && isQUIT == (slot == .quit) && isSpelled($0)
                }
            )
        }
    }
}
