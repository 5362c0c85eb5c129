/// The commands of SMTP and its common extensions.
public enum SMTPVerb: String, Sendable, Hashable, CaseIterable {
    case helo = "HELO"
    case ehlo = "EHLO"
    case mail = "MAIL"
    case rcpt = "RCPT"
    case data = "DATA"
    case bdat = "BDAT"
    case rset = "RSET"
    case noop = "NOOP"
    case quit = "QUIT"
    case vrfy = "VRFY"
    case expn = "EXPN"
    case help = "HELP"
    case startTLS = "STARTTLS"
    case auth = "AUTH"
    case etrn = "ETRN"

    /// The command whose name a line begins with, letter case aside; `nil` for anything else. Blanks before it do not
    /// count, as mail servers pass over them. O(1).
    public init?(line: some Collection<UInt8>) {
        var word: [UInt8] = []
        for byte in line.drop(while: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
            guard byte | 0x20 >= UInt8(ascii: "a"), byte | 0x20 <= UInt8(ascii: "z"), word.count <= 8 else { break }
            word.append(byte & 0xdf)
        }
        self.init(rawValue: String(decoding: word, as: UTF8.self))
    }

    /// The command of a line, if a blank or nothing follows its name: `Data-Source: x` is none. O(1).
    public init?(command line: some Collection<UInt8>) {
        let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let verb = SMTPVerb(line: text) else { return nil }
        switch text.dropFirst(verb.rawValue.utf8.count).first {
        case nil, UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): self = verb
        default: return nil
        }
    }
}
