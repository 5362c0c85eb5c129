/// What a filter wants from the mail server. Whatever the server does not offer is done without.
public struct MilterNegotiation: Sendable {
    /// Stages whose replies can be negotiated away. Without replies the mail server sends events in one go, which
    /// saves a round trip each but blurs their time stamps; only the stages that carry no timing are offered here,
    /// since mail servers send headers after the client's final dot anyway.
    public enum UnansweredStage: UInt32, Sendable, Hashable, CaseIterable {
        /// SMFIP_NR_HDR
        case header = 0x80

        /// SMFIP_NR_EOH
        case endOfHeaders = 0x40000
    }

    /// Changes of a message that a filter may ask for (SMFIF_*).
    public struct Actions: OptionSet, Hashable, Sendable {
        /// The bits of SMFIF_*.
        public let rawValue: UInt32

        /// A set of the given bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Add and insert headers.
        public static let addHeaders = Actions(rawValue: 0x1)
        /// Replace the body.
        public static let changeBody = Actions(rawValue: 0x2)
        /// Add recipients.
        public static let addRecipients = Actions(rawValue: 0x4)
        /// Delete recipients.
        public static let deleteRecipients = Actions(rawValue: 0x8)
        /// Change and delete headers.
        public static let changeHeaders = Actions(rawValue: 0x10)
        /// Put the message on hold.
        public static let quarantine = Actions(rawValue: 0x20)
        /// Change the envelope sender.
        public static let changeSender = Actions(rawValue: 0x40)
        /// Add recipients with ESMTP parameters.
        public static let addRecipientsWithParameters = Actions(rawValue: 0x80)
        /// Every action that changes a message.
        public static let all = Actions(rawValue: 0xff)
    }

    /// The changes that the filter may make.
    public var actions: Actions

    /// The stages that the filter answers nothing at.
    public var unanswered: Set<UnansweredStage>

    /// Whether bodies are shown. A body that nobody reads is a round trip and a kilobyte for nothing.
    public var wantsBody: Bool

    /// The macros wanted per stage, as SETSYMLIST has them. They replace those that the mail server is configured with.
    package let macroLists: [(stage: MilterStage, names: String)]

    /// The same as mail servers take them behind their options: of each stage its number in four bytes, the highest first,
    /// the names, and a NUL.
    package let packedMacroLists: [UInt8]

    /// What a filter wants.
    public init(
        actions: Actions = [], unanswered: Set<UnansweredStage> = [], wantsBody: Bool = true,
        macros: [MilterStage: [MilterMacro]] = [:]
    ) {
        self.actions = actions
        self.unanswered = unanswered
        self.wantsBody = wantsBody
        macroLists = macros.sorted { $0.key.rawValue < $1.key.rawValue }.map { stage, macros in
            (stage, macros.map(\.name).joined(separator: " "))
        }
        packedMacroLists = macroLists.flatMap { stage, names in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stage.rawValue >> $0) } + Array(names.utf8) + [0]
        }
    }

    /// SMFIF_SETSYMLIST: the mail server takes a list of macros.
    package static let setMacros: UInt32 = 0x100

    /// The protocol steps always asked for: SKIP, refused recipients, leading blanks of headers.
    static let skip: UInt32 = 0x400
    static let noBody: UInt32 = 0x10
    static let refusedRecipients: UInt32 = 0x800
    static let headerLeadingSpace: UInt32 = 0x100000

    /// What this filter gets from a mail server that offers the given actions and steps.
    package func agreed(actions offeredActions: UInt32, steps offeredSteps: UInt32) -> MilterAgreement {
        let unansweredSteps = unanswered.reduce(UInt32(0)) { $0 | $1.rawValue }
        return MilterAgreement(
            actions: actions.rawValue & offeredActions,
            steps: (Self.skip | Self.refusedRecipients | Self.headerLeadingSpace | unansweredSteps
                | (wantsBody ? 0 : Self.noBody)) & offeredSteps,
            takesMacroLists: offeredActions & Self.setMacros != 0)
    }
}

/// What filter and mail server have agreed on.
public struct MilterAgreement: Hashable, Sendable {
    package let actions: UInt32
    package let steps: UInt32

    /// Whether the mail server took the list of macros.
    public let takesMacroLists: Bool

    /// Whether recipients that the mail server refuses are shown.
    public var showsRefusedRecipients: Bool { steps & MilterNegotiation.refusedRecipients != 0 }

    /// Whether headers come with the blanks after the colon.
    public var keepsLeadingSpace: Bool { steps & MilterNegotiation.headerLeadingSpace != 0 }

    /// Whether the rest of a body can be skipped.
    public var canSkip: Bool { steps & MilterNegotiation.skip != 0 }

    /// Whether the filter may make these changes.
    public func allows(_ wanted: MilterNegotiation.Actions) -> Bool { actions & wanted.rawValue == wanted.rawValue }

    package func isUnanswered(_ stage: MilterNegotiation.UnansweredStage) -> Bool { steps & stage.rawValue != 0 }

    /// Nothing is agreed: the peer went to work without negotiating.
    package static let none = MilterAgreement(actions: 0, steps: 0, takesMacroLists: false)
}
