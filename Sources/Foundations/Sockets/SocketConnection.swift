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

    init(
        _ descriptor: Int32, number: UInt64, conversation: (SocketPeer) -> any SocketConversation,
        _ limits: SocketLimits
    ) {
        self.descriptor = descriptor
        self.number = number
        peer = SocketPeer(of: descriptor)
        self.conversation = conversation(peer)
        idleSince = .now
        deadline = limits.patience.map { idleSince.advanced(by: $0) }
    }

    /// Whether it has nothing to expect, so that it may give way to another one.
    var isIdle: Bool { output.isEmpty && !isWaiting }

    /// What it is watched for.
    var interest: SocketReadiness.Interest { isWaiting ? .nothing : output.isEmpty ? .reading : .writing }

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
