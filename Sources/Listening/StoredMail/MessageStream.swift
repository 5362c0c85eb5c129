import Files
public import SMTP

/// A message that is read from its beginning to its end, of which only heads are kept: its own, and those of the messages
/// attached to it. Memory is bounded, whatever comes.
public struct MessageStream: Sendable {
    /// The message's own head.
    public private(set) var head = MessageHead()

    /// The heads of attached messages (`message/rfc822`), in their order.
    public private(set) var attached: [MessageHead] = []

    /// Whether anything came at all.
    public private(set) var isEmpty = true

    /// More attached messages are not looked at.
    public static let mostAttached = 16

    private enum Place {
        case head, body, partHead, attachedHead
    }

    private static let piece = 1 << 16
    /// A line that is longer is taken in parts.
    private static let longestLine = 512 << 10

    private let seeksAttached: Bool
    private var place = Place.head
    private var rest: [UInt8] = []

    /// Reads a message to its end, so that whoever writes it is not cut off.
    ///
    /// - Parameters:
    ///   - path: the file; `-` for the standard input.
    ///   - seeksAttached: whether attached messages are looked for; else the body is passed over.
    /// - Throws: `DocumentFault` when it cannot be read.
    public init(path: String, seeksAttached: Bool = false) throws(DocumentFault) {
        self.seeksAttached = seeksAttached
        var file = try InputFile(path: path)
        var bytes: [UInt8] = []
        while try file.read(upTo: Self.piece, into: &bytes) > 0 {
            take(bytes[...])
            bytes.removeAll(keepingCapacity: true)
            guard place == .head || seeksAttached else {
                try file.skipRest()
                break
            }
        }
        finish()
    }

    /// Takes bytes of the message. Amortised O(bytes).
    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        if !bytes.isEmpty { isEmpty = false }
        rest += bytes
        var start = 0
        while let end = rest[start...].firstIndex(of: 0x0a) {
            take(line: rest[start..<end])
            start = end + 1
        }
        rest.removeFirst(start)
        if rest.count > Self.longestLine {
            take(line: rest[...])
            rest.removeAll(keepingCapacity: true)
        }
    }

    /// The message is over.
    private mutating func finish() {
        if !rest.isEmpty { take(line: rest[...]) }
        rest = []
        if place == .attachedHead, attached.last?.fields.isEmpty == true { attached.removeLast() }
    }

    private mutating func take(line: ArraySlice<UInt8>) {
        switch place {
        case .head: if !head.take(line) { place = .body }
        case .body: if Self.announcesMessage(line) { place = .partHead }
        case .partHead:
            guard line.allSatisfy({ $0 == 0x0d }) else { break }
            guard attached.count < Self.mostAttached else { return place = .body }
            attached.append(MessageHead())
            place = .attachedHead
        case .attachedHead:
            if !attached[attached.count - 1].take(line) {
                if attached.last?.fields.isEmpty == true { attached.removeLast() }
                place = .body
            }
        }
    }

    /// `Content-Type: message/rfc822`, in any letter case.
    private static func announcesMessage(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.count < 1_000, line.first.map({ $0 | 0x20 }) == UInt8(ascii: "c") else { return false }
        let text = String(decoding: line, as: UTF8.self).lowercased()
        return text.hasPrefix("content-type:") && text.contains("message/rfc822")
    }
}
