public import Sockets

/// One connection of an smtpd's memcache client: `get KEY`, and `END` as the answer, whatever the key says.
///
/// Nothing is ever found, so that nothing that comes from here can change a command; the lookup itself is the news. Of
/// memcache's protocol no more is spoken.
public struct MemcacheConversation: SocketConversation {
    /// The longest key that is read; Postfix's have at most `line_length_limit` (2048) bytes and a few for blanks.
    public static let maximumKeyBytes = 4_096

    private static let notFound = Array("END\r\n".utf8)
    private static let error = Array("ERROR\r\n".utf8)
    private static let command = Array("get ".utf8)

    private let peer: SocketPeer
    private let note: (Result<HookKey, HookKeyError>) -> Void
    private let ownNumber: (SocketPeer) -> Int32?
    private var line: [UInt8] = []
    /// The number by which the peer knows itself, once it was asked for.
    private var peerNumber: Int32??

    /// A conversation with `peer` that hands over each key before it is answered, and whatever is not one before the
    /// connection ends.
    public init(peer: SocketPeer, note: @escaping (Result<HookKey, HookKeyError>) -> Void) {
        self.init(peer: peer, ownNumber: \.ownNumber, note: note)
    }

    init(
        peer: SocketPeer, ownNumber: @escaping (SocketPeer) -> Int32?,
        note: @escaping (Result<HookKey, HookKeyError>) -> Void
    ) {
        self.peer = peer
        self.ownNumber = ownNumber
        self.note = note
    }

    /// Takes bytes of lookups. Anything else ends the connection: Postfix goes on without, and connects again.
    public mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer {
        var answer = SocketAnswer()
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\n") else {
                guard line.count < Self.command.count + Self.maximumKeyBytes + 1 else { return end(.tooLong, answer) }
                line.append(byte)
                continue
            }
            defer { line.removeAll(keepingCapacity: true) }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            guard line.starts(with: Self.command) else { return end(.notALookup, answer) }
            do throws(HookKeyError) {
                let key = try HookKey(line.span.extracting(Self.command.count...))
                guard isPeers(key.processNumber) else { throw .foreignProcess }
                note(.success(key))
                answer.bytes += Self.notFound
            } catch {
                return end(error, answer)
            }
        }
        return answer
    }

    private func end(_ error: HookKeyError, _ answer: SocketAnswer) -> SocketAnswer {
        note(.failure(error))
        return SocketAnswer(bytes: answer.bytes + (error == .notALookup ? Self.error : []), closes: true)
    }

    /// Whether the peer is the process of that number. Where the kernel does not name the peer (argotd has a process
    /// namespace of its own) it is, and the key is only as good as the macro that it is joined by.
    private mutating func isPeers(_ number: Int32) -> Bool {
        guard let process = peer.process else { return false }
        if process == 0 || process == number { return true }
        let own = peerNumber ?? ownNumber(peer)
        peerNumber = .some(own)
        return own == number
    }
}
