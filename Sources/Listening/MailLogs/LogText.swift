import LogLines
import SMTP

/// Finding things in the text of log lines.
enum LogText {
    /// What follows the first `opening` up to a comma or the end.
    static func field(_ opening: String, in text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        text.end(of: opening).map { text[$0...].prefix { $0 != 0x2c } }
    }

    /// An address up to the bracket that closes it, and what follows that, which must begin with one of `followers`.
    /// Brackets within a quoted local part close nothing, unless no quote is closed.
    static func path(_ text: ArraySlice<UInt8>, before followers: [String])
        -> (path: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)?
    {
        func find(mindingQuotes: Bool) -> Int? {
            var isQuoted = false
            var isEscaped = false
            for place in text.indices {
                let byte = text[place]
                if isEscaped {
                    isEscaped = false
                } else if isQuoted, byte == 0x5c {
                    isEscaped = true
                } else if mindingQuotes, byte == 0x22 {
                    isQuoted.toggle()
                } else if byte == 0x3e, !isQuoted {
                    let rest = text[(place + 1)...]
                    if followers.isEmpty || followers.contains(where: { rest.begins(with: $0) }) { return place }
                }
            }
            return nil
        }
        guard let close = find(mindingQuotes: true) ?? find(mindingQuotes: false) else { return nil }
        return (text[..<close], text[(close + 1)...])
    }

    /// A local part without the quotes and backslashes that only protect it.
    static func unquoted(_ address: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard address.contains(0x22) else { return address }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in address {
            if !isEscaped, byte == 0x5c {
                isEscaped = true
            } else if isEscaped || byte != 0x22 {
                bytes.append(byte)
                isEscaped = false
            }
        }
        return bytes[...]
    }

    /// A reply's text without the codes before it: `550 5.1.1 `.
    static func withoutCodes(_ reply: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var reply = reply
        for _ in 0..<2 {
            let word = reply.prefix { 0x30...0x39 ~= $0 || $0 == 0x2e }
            guard !word.isEmpty, reply.dropFirst(word.count).first == 0x20 else { break }
            reply = reply.dropFirst(word.count + 1)
        }
        return reply
    }

    /// The queue id at the head of a message, and what follows it after the colon and a blank.
    static func queueID(_ message: ArraySlice<UInt8>) -> (id: String, rest: ArraySlice<UInt8>)? {
        guard let colon = message.firstIndex(of: 0x3a), 1...40 ~= colon - message.startIndex,
            message[..<colon].allSatisfy({ isAlphanumeric($0) }), colon + 1 < message.endIndex,
            message[colon + 1] == 0x20
        else { return nil }
        return (String(decoding: message[..<colon], as: UTF8.self), message[(colon + 2)...])
    }

    /// The domain of an address, folded; `nil` without one, or when it is too long to be one.
    static func domain(of address: ArraySlice<UInt8>) -> String? {
        var address = address
        if address.first == UInt8(ascii: "<") { address = address.dropFirst() }
        if address.last == UInt8(ascii: ">") { address = address.dropLast() }
        guard let at = address.lastIndex(of: UInt8(ascii: "@")), 1...255 ~= address.endIndex - at - 1 else {
            return nil
        }
        let domain = address[(at + 1)...]
        guard domain.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
        let folded = MailDomain.folded(String(decoding: domain, as: UTF8.self))
        return folded.isEmpty ? nil : folded
    }

    static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 { FNVHash(bytes).value }

    /// Three digits of a reply, 400...599.
    static func code(_ text: ArraySlice<UInt8>) -> Int? {
        guard let number = Int(String(decoding: text.prefix(3), as: UTF8.self)), 400...599 ~= number else { return nil }
        return number
    }

    /// Whether a byte is an ASCII letter or digit.
    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x41...0x5a ~= byte || 0x61...0x7a ~= byte
    }
}

extension ClientAddress {
    /// Whether the address is this machine's own: content filters hand mail back from it.
    var isLoopback: Bool { family == .ipv4 ? bits >> 24 == 127 : bits == 1 }
}
