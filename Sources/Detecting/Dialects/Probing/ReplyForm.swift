/// A way to give a reply another form, whatever the reply is.
public enum ReplyForm: String, Sendable, Hashable, CaseIterable {
    // Compliant.

    /// Two lines for one. The answer to EHLO, which has several lines, becomes one line without keywords.
    case severalLines
    /// Two lines for one, with a second between the first line and the rest.
    case slowLines
    /// In five pieces: first digit, other digits, text, CR, LF.
    case pieces
    /// Three seconds late.
    case delayed
    /// A code of the right kind that no standard assigns, such as 259.
    case unassignedCode
    /// A refusal for now.
    case transientRefusal
    /// A refusal for good.
    case permanentRefusal
    /// 421: the service closes. The connection is left open, so that the client's way out shows.
    case closing
    /// 500: the command is unknown.
    case unrecognized

    // Incorrect.

    /// First line positive, last line refused for good: the paper's `250-OK`, `550 Error`.
    case successThenPermanent
    /// First line refused for good, last line positive.
    case permanentThenSuccess
    /// First line positive, last line refused for now.
    case successThenTransient
    /// First line refused for now, last line positive.
    case transientThenSuccess
    /// A code of another kind: 350 for 250, 250 for 354.
    case wrongKind
    /// A second digit out of range: 299.
    case wrongSecondDigit
    /// A first digit out of range: 650.
    case wrongFirstDigit
    /// Four digits: 2500.
    case fourDigits
    /// A positive code with the enhanced status code of a refusal: `250 5.1.1`.
    case contradictingStatus

    // Truncated.

    /// The code alone, without blank and text.
    case codeOnly
    /// Two digits on a line, a second later the whole reply.
    case twoDigits
    /// The text without the code, a second later the whole reply.
    case textOnly
    /// An empty line, a second later the whole reply.
    case emptyLine

    // Incorrectly terminated.

    /// LF without CR.
    case bareLineFeed
    /// CR; its LF comes three seconds later.
    case bareCarriageReturn
    /// CR LF come three seconds after the text.
    case lateEnd
    /// CR LF twice.
    case doubledEnd

    /// The class it belongs to.
    public var variationClass: VariationClass {
        switch self {
        case .severalLines, .slowLines, .pieces, .delayed, .unassignedCode, .transientRefusal, .permanentRefusal,
            .closing, .unrecognized:
            .compliant
        case .successThenPermanent, .permanentThenSuccess, .successThenTransient, .transientThenSuccess, .wrongKind,
            .wrongSecondDigit, .wrongFirstDigit, .fourDigits, .contradictingStatus:
            .incorrect
        case .codeOnly, .twoDigits, .textOnly, .emptyLine: .truncated
        case .bareLineFeed, .bareCarriageReturn, .lateEnd, .doubledEnd: .incorrectlyTerminated
        }
    }

    /// Whether the reply says clearly that the command was not done.
    public var isRefusal: Bool {
        switch self {
        case .transientRefusal, .permanentRefusal, .closing, .unrecognized: true
        default: false
        }
    }

    /// Whether it is worth trying off the way of a delivery too, where each reply costs a connection of the client:
    /// those forms that separated the most programs.
    public var isTelling: Bool {
        switch self {
        case .severalLines, .transientRefusal, .permanentRefusal, .closing, .successThenPermanent,
            .permanentThenSuccess, .codeOnly, .bareLineFeed, .lateEnd:
            true
        default: false
        }
    }
}
