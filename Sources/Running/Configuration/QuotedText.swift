import SMTP

/// Text of unknown origin as it is shown in a message: as ``SMTP/PrintableText`` shows it, in quotes, and not long.
struct QuotedText: CustomStringConvertible {
    /// How many characters of the text are shown.
    static let maximumLength = 60

    private let text: String

    /// Prepares `text` for a message.
    init(_ text: some StringProtocol) {
        self.text = String(text)
    }

    /// The text in quotes; `...` after the quotes stands for what was left out.
    var description: String {
        let shown = String(text.unicodeScalars.prefix(Self.maximumLength))
        let isShortened = text.unicodeScalars.dropFirst(Self.maximumLength).first != nil
        return PrintableText(shown).quoted + (isShortened ? "..." : "")
    }

    /// The start of `text` without quotes: for keys.
    static func name(_ text: String) -> String {
        escaped(String(text.unicodeScalars.prefix(maximumLength)))
    }

    /// `text` with everything escaped that does not show or that would break the line.
    static func escaped(_ text: String) -> String { PrintableText(text).description }
}
