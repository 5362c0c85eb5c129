import Milter
import SMTP

/// A mail server's connection: cuts what comes into packets, calls the session, and collects the replies.
///
/// It belongs to one thread; NativeConnection+Commands.swift is what it makes of a packet. While nothing is under way it holds no buffer: what is read lies in the thread's, and only
/// half a packet, or what the mail server does not take, is kept.
final class NativeConnection {
    let socket: MilterSocket
    let core: EngineCore
    let replies: Replies

    var order = CommandOrder()
    var macros = MacroTable()
    /// The mail server's steps, and those agreed, whoever is filtered.
    var offeredSteps: UInt32 = 0
    var agreedSteps: UInt32 = 0
    var agreed: MilterAgreement?
    var session: (any MilterSession)?
    /// A refusal's text, until a refusal of its kind is sent.
    var reply: [UInt8]?
    var mta = MTA.unknown

    /// The bytes of a packet that has not come as a whole, or of packets that wait until replies are taken.
    private var rest: [UInt8] = []
    /// Replies that the mail server has not taken.
    private var unsent: [UInt8] = []
    /// When the mail server was last heard, in seconds of the thread's clock; or when what is under way began.
    private var since: UInt32

    /// The replies of a batch; all connections of a thread share them.
    final class Replies {
        var packets = OutgoingPackets()
    }

    init(_ descriptor: Int32, core: EngineCore, replies: Replies, at now: UInt32) {
        socket = MilterSocket(descriptor: descriptor)
        self.core = core
        self.replies = replies
        since = now
    }

    /// Whether replies wait until the mail server takes them; nothing is read meanwhile.
    var isBlocked: Bool { !unsent.isEmpty }

    /// Takes what was received, and answers what is complete.
    ///
    /// - Returns: whether the connection goes on.
    func received(_ bytes: borrowing Span<UInt8>, at now: UInt32) -> Bool {
        if rest.isEmpty {
            since = now
            guard let used = serve(bytes, at: now) else { return false }
            if used < bytes.count { rest = Self.copy(bytes, from: used) }
            return true
        }
        var joined = rest
        rest = []
        // unsafe: the bytes are copied at once.
        unsafe bytes.withUnsafeBufferPointer { unsafe joined.append(contentsOf: $0) }
        return serveKept(joined, at: now)
    }

    /// Sends what waits, as far as it is taken, and goes on with what was received meanwhile.
    ///
    /// - Returns: whether the connection goes on.
    func writable(at now: UInt32) -> Bool {
        guard let sent = socket.send(unsent) else { return fail() }
        if sent > 0 { since = now }
        unsent = sent == unsent.count ? [] : Array(unsent[sent...])
        guard unsent.isEmpty, !rest.isEmpty else { return true }
        let kept = rest
        rest = []
        return serveKept(kept, at: now)
    }

    /// Whether the mail server's time is over; if so, the session has ended.
    func isOverdue(at now: UInt32) -> Bool {
        let isUnderWay = !rest.isEmpty || isBlocked
        guard now &- since >= (isUnderWay ? core.limits.packet : core.limits.idle) else { return false }
        // A packet's time ends a transaction; an idle session just ends, as under libmilter.
        if isUnderWay { _ = fail() } else { endSession() }
        return true
    }

    /// The mail server has hung up, or is given up. Always `false`.
    func fail() -> Bool {
        if order.stage.isInTransaction { session?.abort() }
        endSession()
        return false
    }

    private func serveKept(_ bytes: [UInt8], at now: UInt32) -> Bool {
        guard let used = serve(bytes.span, at: now) else { return false }
        guard used > 0 else {
            rest = bytes
            return true
        }
        since = now
        if used < bytes.count { rest = Array(bytes[used...]) }
        return true
    }

    /// Answers all packets that are complete, and sends the replies in one go. Nothing is blocked before.
    ///
    /// - Returns: how many bytes were used, `nil` when the connection is over.
    private func serve(_ bytes: borrowing Span<UInt8>, at now: UInt32) -> Int? {
        var offset = 0
        while true {
            switch PacketFraming.piece(of: bytes, at: offset) {
            case .incomplete: return flush() ? offset : nil
            case .refused:
                core.note("a packet that is not a mail server's, or too long", at: now)
                return end(isOrderly: false)
            case .packet(let letter, let data):
                offset = data.upperBound
                guard let goesOn = take(letter, bytes.extracting(data), at: now) else { return end(isOrderly: false) }
                guard goesOn else { return end(isOrderly: true) }
                // Whoever asks faster than it reads is not served on credit.
                guard replies.packets.bytes.count > 1 << 17 else { break }
                guard flush() else { return nil }
                if isBlocked { return offset }
            }
        }
    }

    /// Sends the last replies; the session ends. Always `nil`.
    private func end(isOrderly: Bool) -> Int? {
        _ = replies.packets.sendAll(socket.send)
        if isOrderly { endSession() } else { _ = fail() }
        return nil
    }

    /// Sends the replies; what is not taken at once waits.
    private func flush() -> Bool {
        guard let rest = replies.packets.sendAll(socket.send) else { return fail() }
        if !rest.isEmpty { unsent = rest }
        return true
    }

    static func copy(_ bytes: borrowing Span<UInt8>, from start: Int) -> [UInt8] {
        // unsafe: the bytes are copied at once.
        unsafe bytes.extracting(droppingFirst: start).withUnsafeBufferPointer { unsafe Array($0) }
    }
}
