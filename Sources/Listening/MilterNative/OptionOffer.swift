import Milter

/// What a mail server offers when a connection begins (`SMFIC_OPTNEG`): protocol version, changes, and steps.
struct OptionOffer: Equatable {
    /// Why an offer cannot be taken.
    enum Fault: Error {
        case tooShort, versionTooOld
    }

    /// The version that is spoken, at most ours.
    let version: UInt32
    /// The changes of a message that the mail server can make (`SMFIF_*`).
    let actions: UInt32
    /// The steps that it can leave out, or do without a reply for (`SMFIP_*`).
    let steps: UInt32

    /// The version that is spoken here.
    private static let ourVersion: Int32 = 6
    private static let oldestVersion: Int32 = 2
    /// What a mail server of protocol version 1 can do, which says nothing about it.
    private static let firstActions: UInt32 = 0x0f
    private static let firstSteps: UInt32 = 0x3f
    /// Bits between mail servers and libmilter, about larger packets.
    private static let internalSteps: UInt32 = 0x7000_0000

    /// Stages without a reply (`SMFIP_NR_*`): where the mail server waits for one all the same it gets one, so that they
    /// can be agreed with every mail server.
    static let unansweredSteps: UInt32 = 0x000f_f080

    /// Reads the data of the packet.
    init(_ data: borrowing Span<UInt8>) throws(Fault) {
        guard data.count >= 12 else { throw .tooShort }
        let (version, actions, steps) = (Self.number(data, 0), Self.number(data, 4), Self.number(data, 8))
        guard Int32(bitPattern: version) >= Self.oldestVersion else { throw .versionTooOld }
        self.version = UInt32(min(Int32(bitPattern: version), Self.ourVersion))
        self.actions = actions == 0 ? Self.firstActions : actions
        self.steps = (steps == 0 ? Self.firstSteps : steps) & ~Self.internalSteps
    }

    /// What is agreed with a filter that wants so much.
    func agreement(_ wanted: MilterNegotiation) -> MilterAgreement {
        wanted.agreed(actions: actions, steps: steps | Self.unansweredSteps)
    }

    /// The data of the answer: the version, what is agreed as far as the mail server offered it, and the macros wanted.
    func answer(_ agreement: MilterAgreement, _ wanted: MilterNegotiation) -> [UInt8] {
        let told = agreement.steps & ~(Self.unansweredSteps & ~steps) & ~Self.internalSteps
        let macros = agreement.takesMacroLists ? wanted.packedMacroLists : []
        var answer: [UInt8] = []
        answer.reserveCapacity(12 + macros.count)
        for number in [version, agreement.actions, told] { answer.append(bigEndian: number) }
        answer += macros
        return answer
    }

    private static func number(_ data: borrowing Span<UInt8>, _ at: Int) -> UInt32 {
        UInt32(data[at]) << 24 | UInt32(data[at + 1]) << 16 | UInt32(data[at + 2]) << 8 | UInt32(data[at + 3])
    }
}
