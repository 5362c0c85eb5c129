/// How a command ended: what is answered, and what becomes of the session.
enum CallbackStatus: Equatable {
    case goOn, accept, reject, tempfail, discard, skip

    /// Nothing was to be answered; a mail server that waits all the same is told to go on.
    case noReply

    /// The negotiation's answer is sent.
    case options

    /// The command has no answer.
    case silent

    /// The command cannot be read: the connection is given up.
    case failed

    /// Whether a transaction may be over with it.
    var endsTransaction: Bool {
        switch self {
        case .accept, .reject, .tempfail, .discard: true
        case .goOn, .skip, .noReply, .options, .silent, .failed: false
        }
    }

    /// The letter of the answer (`SMFIR_*`), where it is one letter.
    var letter: UInt8? {
        switch self {
        case .goOn: UInt8(ascii: "c")
        case .accept: UInt8(ascii: "a")
        case .reject: UInt8(ascii: "r")
        case .tempfail: UInt8(ascii: "t")
        case .discard: UInt8(ascii: "d")
        case .skip: UInt8(ascii: "s")
        case .noReply, .options, .silent, .failed: nil
        }
    }
}
