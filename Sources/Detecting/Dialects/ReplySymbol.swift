public import SMTP

/// A server's reply as a symbol of the alphabet that dialects read (B@bel, section 3.1): its codes and what is odd
/// about its form. Texts do not count, but for a status code in them that contradicts the reply's own.
///
/// Written as `250`, `250/550` (lines with different codes), `250+lf` (with a trait), `000` (no code at all), `none` (no
/// reply came).
public struct ReplySymbol: Sendable, Hashable, Comparable {
    /// What is odd about a reply's form.
    public enum Trait: String, Sendable, Hashable, CaseIterable {
        /// It has several lines, where one is usual.
        case lines

        /// Its last line is a code without text.
        case bare

        /// A line of it does not begin with three digits and a blank or hyphen.
        case broken

        /// A line of it ends in LF alone.
        case lf

        /// A line of it ends in CR alone.
        case cr

        /// Its last line has no end.
        case open

        /// An empty line follows it.
        case doubled

        /// A positive reply bears the enhanced status code of a refusal, or the other way round.
        case status
    }

    /// The codes of its lines without repetitions in a row, 0 for none; empty when no reply came.
    public let codes: [UInt16]

    /// What is odd, in the order of ``Trait``.
    public let traits: [Trait]

    /// A symbol of its parts.
    public init(codes: [UInt16], traits: some Collection<Trait> = []) {
        self.codes = codes
        self.traits = Trait.allCases.filter { traits.contains($0) }
    }

    /// No reply.
    public static let none = ReplySymbol(codes: [])

    /// The symbol of a reply. Several lines are usual in the answer to EHLO and HELP, and in a greeting.
    public init(_ reply: ServerReply?, isUsuallyLong: Bool = false) {
        guard let reply else {
            self = .none
            return
        }
        var codes: [UInt16] = []
        for code in reply.codes where codes.last != code { codes.append(code) }
        var traits: [Trait] = []
        for (form, trait) in Self.forms where reply.form.contains(form) { traits.append(trait) }
        // Different codes need different lines.
        if reply.form.contains(.multiLine), codes.count < 2, !isUsuallyLong { traits.append(.lines) }
        if Self.contradicts(reply) { traits.append(.status) }
        self.init(codes: codes.isEmpty ? [0] : codes, traits: traits)
    }

    /// Reads a symbol as a dialect document has it; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        if text == "none" {
            self = .none
            return
        }
        let parts = text.split(separator: "+" as Character, omittingEmptySubsequences: false)
        var codes: [UInt16] = []
        for word in parts[0].split(separator: "/" as Character, omittingEmptySubsequences: false) {
            guard word.utf8.count == 3, word.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let code = UInt16(word) else {
                return nil
            }
            codes.append(code)
        }
        var traits: [Trait] = []
        for word in parts.dropFirst() {
            guard let trait = Trait(rawValue: String(word)), !traits.contains(trait) else { return nil }
            traits.append(trait)
        }
        self.init(codes: codes, traits: traits)
    }

    /// Whether it is a reply as servers give it every day: one code of SMTP, nothing odd, several lines or not.
    public var isOrdinary: Bool {
        codes.count == 1 && (200..<600).contains(codes[0]) && traits.allSatisfy { $0 == .lines }
    }

    /// The reply with one line for several.
    public var withoutLines: ReplySymbol { ReplySymbol(codes: codes, traits: traits.filter { $0 != .lines }) }

    /// The code that most clients go by: the last line's; 0 if it has none.
    public var code: UInt16 { codes.last { $0 != 0 } ?? 0 }

    /// By codes, then by traits.
    public static func < (a: ReplySymbol, b: ReplySymbol) -> Bool {
        if a.codes != b.codes { return a.codes.lexicographicallyPrecedes(b.codes) }
        return a.traits.map(\.rawValue).lexicographicallyPrecedes(b.traits.map(\.rawValue))
    }

    private static let forms: [(ServerReply.Form, Trait)] = [
        (.codeOnly, .bare), (.malformed, .broken), (.bareLF, .lf), (.bareCR, .cr), (.unterminated, .open),
        (.doubledEnd, .doubled),
    ]

    /// Whether an enhanced status code (RFC 2034) in the last line is of another kind than the reply's code.
    private static func contradicts(_ reply: ServerReply) -> Bool {
        let line = reply.bytes.split(whereSeparator: { $0 == 0x0d || $0 == 0x0a }).last ?? []
        guard line.count > 8, line[line.startIndex + 5] == UInt8(ascii: ".") else { return false }
        let status = line[line.startIndex + 4]
        guard "245".utf8.contains(status), 0x30...0x39 ~= line[line.startIndex + 6] else { return false }
        let kind = line[line.startIndex] == UInt8(ascii: "3") ? UInt8(ascii: "2") : line[line.startIndex]
        return "245".utf8.contains(kind) && kind != status
    }
}

extension ReplySymbol: CustomStringConvertible {
    /// The symbol as a dialect document has it.
    public var description: String {
        guard !codes.isEmpty else { return "none" }
        let words = codes.map { $0.padded(to: 3) }
        return ([words.joined(separator: "/")] + traits.map(\.rawValue)).joined(separator: "+")
    }
}
