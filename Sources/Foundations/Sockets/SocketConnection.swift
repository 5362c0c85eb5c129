import Glibc

/// One connection of a ``SocketLoop``.
struct SocketConnection {
    let descriptor: Int32
    /// Tells it from all others of its loop, earlier ones too.
    let number: UInt64
    let peer: SocketPeer
    var conversation: any SocketConversation
    /// What is left to be sent.
    var output: ArraySlice<UInt8> = []
    /// Whether it ends when that is sent.
    private(set) var closes = false
    /// Whether its answer is being made elsewhere.
    private(set) var isWaiting = false
    /// When it was accepted or answered last: bytes that do not lead to an answer count for nothing.
    private(set) var idleSince: ContinuousClock.Instant
    /// When patience ends; `nil` for never.
    private(set) var deadline: ContinuousClock.Instant?

    init(_ descriptor: Int32, number: UInt64, conversation: any SocketConversation, _ limits: SocketLimits) {
        self.descriptor = descriptor
        self.number = number
        self.conversation = conversation
        peer = SocketPeer(of: descriptor)
        idleSince = .now
        deadline = limits.patience.map { idleSince.advanced(by: $0) }
    }

    /// Whether it has nothing to expect, so that it may give way to another one.
    var isIdle: Bool { output.isEmpty && !isWaiting }

    /// What poll(2) should look for.
    var events: Int16 { isWaiting ? 0 : Int16(output.isEmpty ? POLLIN : POLLOUT) }

    /// The answer is being made elsewhere, which takes as long as it takes.
    mutating func wait() {
        isWaiting = true
        deadline = nil
    }

    /// Takes in an answer to be sent; returns whether it may be as long.
    @discardableResult
    mutating func takeUp(_ answer: SocketAnswer, _ limits: SocketLimits) -> Bool {
        isWaiting = false
        closes = answer.closes
        guard answer.bytes.count <= limits.answerBytes else { return false }
        output = answer.bytes[...]
        if !output.isEmpty {
            idleSince = .now
            deadline = limits.patience.map { idleSince.advanced(by: $0) }
        }
        return true
    }
}

/// Who is at the other end: a user of this machine, or a network address. Of an IPv6 address it is the /64, which one
/// machine has to itself.
struct SocketPeer: Hashable {
    private var bytes: [UInt8]

    /// The peer of a connected socket; all whom the system does not name are one.
    init(of descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // unsafe: getpeername fills the storage, at most its size.
        let isNamed = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getpeername(descriptor, $0, &length) == 0
            }
        }
        // unsafe: reads what was filled in.
        let address = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0) }
        switch isNamed ? Int32(storage.ss_family) : AF_UNSPEC {
        case AF_INET: bytes = Array(address[4..<8])
        case AF_INET6: bytes = Array(address[8..<16])
        default:
            // struct ucred of unix(7): process, user, group.
            var credentials: [Int32] = [-1, -1, -1]
            var size = socklen_t(credentials.count * MemoryLayout<Int32>.size)
            // unsafe: getsockopt fills at most the array.
            let isKnown = unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0
            bytes = isKnown ? Array("\(credentials[1])".utf8) : []
        }
    }
}
