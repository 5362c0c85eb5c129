import LogLines
import SMTP

/// What a line of a mail server's debug log tells of an SMTP session.
enum DialogueNote: Hashable {
    /// A client has connected.
    case connect(name: String?, address: ClientAddress?, port: UInt16?)
    /// The client sent a line.
    case command([UInt8], address: ClientAddress?, port: UInt16?)
    /// The client sent a line, as Postfix's command filter shows it; replies are not logged with it.
    case filteredCommand([UInt8], address: ClientAddress?, port: UInt16?)
    /// The server sent a line.
    case reply([UInt8])
    /// The server has accepted a recipient, so content will follow DATA.
    case recipient
    /// The client went without a word, or was silent for too long.
    case lost(SessionTranscript.Closing.Manner)
    /// The session is over.
    case disconnect

    /// Reads what a process says; `nil` if that tells nothing of a session.
    init?(_ line: LogLine) {
        switch line.server {
        case .postfix(let service):
            guard service.elementsEqual("smtpd".utf8) else { return nil }
            self.init(postfix: line.message)
        case .sendmail, .other:
            // Sendmail may be called anything in its log; what it says cannot be mistaken.
            self.init(sendmail: line.message)
        }
    }

    /// Postfix: `smtpd -v` (`< name[address]: line`), a command filter (`name[address]:port: replacing command …`), and
    /// the lines that begin and end a session.
    private init?(postfix message: ArraySlice<UInt8>) {
        if message.starts(with: "< ".utf8) || message.starts(with: "> ".utf8) {
            guard let (peer, rest) = Peer.read(message.dropFirst(2)), rest.starts(with: ": ".utf8) else { return nil }
            let text = Array(rest.dropFirst(2))
            self =
                message.first == UInt8(ascii: "<")
                ? .command(text, address: peer.address, port: peer.port) : .reply(text)
        } else if let rest = message.after("connect from ") {
            guard let (peer, _) = Peer.read(rest) else { return nil }
            self = .connect(name: peer.name, address: peer.address, port: peer.port)
        } else if message.starts(with: "disconnect from ".utf8) {
            self = .disconnect
        } else if message.starts(with: "lost connection after ".utf8) {
            self = .lost(.fin)
        } else if message.starts(with: "timeout after ".utf8) {
            self = .lost(.timeout)
        } else if let (peer, rest) = Peer.read(message), let rest = rest.after(": replacing command \""),
            let command = Self.filtered(rest)
        {
            self = .filteredCommand(command, address: peer.address, port: peer.port)
        } else if let blank = message.firstIndex(of: 0x20), message[blank...].starts(with: " client=".utf8) {
            self = .recipient
        } else {
            return nil
        }
    }

    /// The command in `command" with "command"`: a filter that only logs replaces it by itself.
    private static func filtered(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let separator = "\" with \""
        let length = (text.count - separator.utf8.count - 1) / 2
        guard length >= 0, text.last == UInt8(ascii: "\"") else { return nil }
        let command = Array(text.prefix(length))
        if text.dropLast().elementsEqual(command + Array(separator.utf8) + command) { return command }
        return text.lastEnd(of: separator).map { Array(text[..<($0 - separator.utf8.count)]) }
    }

    /// Sendmail from log level 15 on: `queue-id: <-- line`, `queue-id: --- line`, `NOQUEUE: connect from name [address]`.
    private init?(sendmail message: ArraySlice<UInt8>) {
        guard let colon = message.firstIndex(of: 0x3a), colon - message.startIndex <= 20,
            message[colon...].starts(with: ": ".utf8)
        else { return nil }
        let rest = message[(colon + 2)...]
        if let text = rest.after("<-- ") {
            self = .command(Self.unescaped(text), address: nil, port: nil)
        } else if let text = rest.after("--- ") {
            self = .reply(Self.unescaped(text))
        } else if let peer = rest.after("connect from ") {
            let name = peer.prefix { $0 != 0x20 }
            self = .connect(
                name: name.first == 0x5b ? nil : Peer.text(name), address: ClientAddress(bracketedIn: peer), port: nil)
        } else if rest.after("lost input channel from ") != nil {
            self = .lost(.fin)
        } else if rest.after("timeout waiting for input ") != nil {
            self = .lost(.timeout)
        } else {
            return nil
        }
    }

    /// Sendmail writes bytes that cannot be printed as a backslash and three octal digits.
    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(0x5c) else { return Array(text) }
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == 0x5c, digits.count == 3, digits.allSatisfy({ 0x30...0x37 ~= $0 }), digits.first! <= 0x33 {
                bytes.append(digits.reduce(0) { $0 << 3 | ($1 - 0x30) })
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}

/// A client as Postfix names it: `name[address]` or `name[address]:port`.
private struct Peer {
    var name: String?
    var address: ClientAddress?
    var port: UInt16?

    /// Reads a client at the beginning; returns what follows.
    static func read(_ text: ArraySlice<UInt8>) -> (Peer, rest: ArraySlice<UInt8>)? {
        guard let open = text.firstIndex(of: 0x5b), let close = text[open...].firstIndex(of: 0x5d),
            open - text.startIndex <= 255, !text[..<open].contains(0x20)
        else { return nil }
        var peer = Peer()
        let name = Self.text(text[..<open])
        peer.name = name == "unknown" ? nil : name
        peer.address = ClientAddress(bracketedIn: text)
        var rest = text[(close + 1)...]
        if rest.first == 0x3a {
            let digits = rest.dropFirst().prefix { 0x30...0x39 ~= $0 }
            if let port = UInt16(String(decoding: digits, as: UTF8.self)) {
                peer.port = port
                rest = rest[digits.endIndex...]
            }
        }
        return (peer, rest)
    }

    /// A name in lower case.
    static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self).lowercased() }
}
