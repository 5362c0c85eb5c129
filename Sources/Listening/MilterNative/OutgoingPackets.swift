import Milter
import SMTP

/// What is to be sent to a mail server: packets, one behind the other.
struct OutgoingPackets {
    /// The most bytes of data in a packet that mail servers take.
    static let maximumData = 65_535

    private(set) var bytes: [UInt8] = []

    /// Adds a packet without data.
    mutating func append(_ letter: UInt8) {
        bytes.append(bigEndian: 1)
        bytes.append(letter)
    }

    /// Adds a packet; `false` when it has more data than a packet may have.
    mutating func append(_ letter: UInt8, _ data: [UInt8]) -> Bool { append(letter, data[...]) }

    /// Adds the packets that make a change of the message; `false` when it cannot be made: with nothing in it, or with
    /// more than a packet can hold.
    mutating func append(_ change: MilterChange) -> Bool {
        switch change {
        case .addHeader(let name, let value): append("h", nil, name, value)
        case .insertHeader(let index, let name, let value): append("i", index, name, value)
        case .changeHeader(let name, let occurrence, let value): append("m", occurrence, name, value ?? "")
        case .changeSender(let sender): append("e", nil, sender, nil)
        case .addRecipient(let recipient): append("+", nil, recipient, nil)
        case .deleteRecipient(let recipient): append("-", nil, recipient, nil)
        case .quarantine(let reason): append("q", nil, reason, nil)
        case .replaceBody(let body): append(body: body)
        }
    }

    /// Adds a refusal: the packet with the client's reply.
    mutating func append(reply: [UInt8]) { _ = append(UInt8(ascii: "y"), reply) }

    /// Removes the first bytes, which were sent.
    mutating func removeFirst(_ count: Int) {
        if count == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
        } else {
            bytes.removeFirst(count)
        }
    }

    /// Has `send` send what there is, and keeps the memory for what comes next.
    ///
    /// - Returns: what it did not send, as it says by a number; `nil` when it says `nil`.
    mutating func sendAll(_ send: ([UInt8]) -> Int?) -> [UInt8]? {
        guard !bytes.isEmpty else { return [] }
        let sent = send(bytes)
        let rest = sent.map { $0 < bytes.count ? Array(bytes[$0...]) : [] }
        removeFirst(bytes.count)
        return rest
    }

    private mutating func append(_ letter: UInt8, _ data: ArraySlice<UInt8>) -> Bool {
        guard data.count <= Self.maximumData else { return false }
        bytes.append(bigEndian: UInt32(data.count + 1))
        bytes.append(letter)
        bytes += data
        return true
    }

    private mutating func append(_ letter: Unicode.Scalar, _ index: Int?, _ first: String, _ second: String?) -> Bool {
        var data: [UInt8] = []
        if let index {
            guard index >= 0 else { return false }
            data.append(bigEndian: UInt32(clamping: Int32(clamping: index)))
        }
        let before = data.count
        data.append(terminated: first)
        // An empty name, address or reason is none.
        guard data.count > before + 1 else { return false }
        if let second { data.append(terminated: second) }
        return append(UInt8(ascii: letter), data)
    }

    /// A body goes in pieces; an empty one is one empty piece.
    private mutating func append(body: [UInt8]) -> Bool {
        var rest = body[...]
        repeat {
            guard append(UInt8(ascii: "b"), rest.prefix(Self.maximumData)) else { return false }
            rest = rest.dropFirst(Self.maximumData)
        } while !rest.isEmpty
        return true
    }
}

extension [UInt8] {
    /// Adds a number as four bytes, the highest first.
    mutating func append(bigEndian number: UInt32) {
        for shift: UInt32 in [24, 16, 8, 0] { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// Adds a text and a NUL. A text ends at its first NUL, as it would in C.
    mutating func append(terminated text: String) {
        let start = count
        append(contentsOf: text.utf8)
        if let end = self[start...].firstIndex(of: 0) { removeLast(count - end) }
        append(0)
    }
}

extension RefusalReply {
    /// The reply as mail servers take it: `%` doubled, lines separated by CRLF, ended by NUL.
    var packetData: [UInt8] {
        var data: [UInt8] = []
        for (index, line) in lines.enumerated() {
            if index > 0 { data += [0x0d, 0x0a] }
            data += "\(code)".utf8
            data.append(index + 1 < lines.count ? UInt8(ascii: "-") : UInt8(ascii: " "))
            if let enhancedCode { data += "\(enhancedCode) ".utf8 }
            for byte in line.utf8 {
                data.append(byte)
                if byte == UInt8(ascii: "%") { data.append(byte) }
            }
        }
        data.append(0)
        return data
    }
}
