/// The order of a session's commands: which are taken, which only end a transaction, and which are passed over.
///
/// The rules are libmilter's, whose mail servers have got used to them: a command out of order ends the transaction in
/// progress, and is then tried again as if it came behind HELO.
struct CommandOrder {
    /// How far a session is.
    enum Stage: UInt8 {
        case initial, options, connect, helo, mail, recipient, data, headers, endOfHeaders, body, endOfMessage, quit
        case abort, unknown, quitForNew

        fileprivate var bit: UInt16 { 1 << UInt16(rawValue) }

        /// Whether a transaction is in progress.
        var isInTransaction: Bool { (Self.mail.rawValue..<Self.endOfMessage.rawValue).contains(rawValue) }

        /// Whether the other stage may be next.
        fileprivate func leads(to next: Stage) -> Bool { Self.following[Int(rawValue)] & next.bit != 0 }

        /// What may be next, for each stage in the order above.
        private static let following: [UInt16] = [
            set(.options),
            set(.connect, .unknown),
            set(.helo, .mail, .unknown),
            set(.helo, .mail, .unknown),
            set(.recipient, .abort, .unknown),
            set(.headers, .endOfHeaders, .data, .body, .endOfMessage, .recipient, .abort, .unknown),
            set(.endOfHeaders, .headers, .abort),
            set(.endOfHeaders, .headers, .abort),
            set(.body, .endOfMessage, .abort),
            set(.endOfMessage, .body, .abort),
            set(.quit, .mail, .unknown, .quitForNew),
            set(),
            set(),
            set(.helo, .mail, .recipient, .abort, .data, .body, .unknown, .quit, .quitForNew),
            set(.connect, .unknown),
        ]

        private static func set(_ stages: Stage...) -> UInt16 { stages.reduce(0) { $0 | $1.bit } }
    }

    /// What is to be done about a command.
    struct Admission: Equatable {
        /// Whether the command is taken, or passed over without a reply.
        var isTaken: Bool
        /// Whether the transaction in progress ends first, without a message.
        var endsTransaction: Bool
    }

    /// How far the session is.
    private(set) var stage = Stage.initial

    /// Whether `command` is taken. The stage is the command's only after ``begin(_:)``.
    mutating func admit(_ command: MilterCommand) -> Admission {
        guard let next = command.stage, !stage.leads(to: next) else {
            return Admission(isTaken: true, endsTransaction: false)
        }
        let endsTransaction = stage.isInTransaction
        stage = .helo
        return Admission(isTaken: stage.leads(to: next), endsTransaction: endsTransaction)
    }

    /// The command's callback is next.
    mutating func begin(_ command: MilterCommand) {
        if let next = command.stage { stage = next }
    }

    /// The command was answered.
    mutating func conclude(_ command: MilterCommand, _ status: CallbackStatus) {
        switch status {
        case .accept: stage = .helo
        case .reject, .tempfail, .discard: if !command.outlivesRefusal { stage = .helo }
        case .goOn, .noReply, .skip, .options, .silent, .failed: break
        }
    }
}
