/// One question that a server can ask a client: a form of reply at a stage.
public struct ReplyVariation: Sendable, Hashable {
    /// Which reply is varied.
    public let stage: ProbeStage

    /// Its form.
    public let form: ReplyForm

    /// A variation of its parts; whether it is one is for ``VariationCatalogue`` to say.
    public init(stage: ProbeStage, form: ReplyForm) {
        self.stage = stage
        self.form = form
    }

    /// A name that stays, such as `rcpt.mixed.250-550`.
    public var id: String { stage.rawValue + "." + formName }

    /// The paper's class of it.
    public var variationClass: VariationClass { form.variationClass }

    /// What honest software may make of it.
    ///
    /// A positive line in the answer to the message itself could be taken for its acceptance, so mixed codes are no
    /// harmless question there. After QUIT nothing can be lost any more.
    public var harm: ProbeHarm {
        switch form {
        case .severalLines, .slowLines, .pieces, .delayed, .transientRefusal, .closing, .bareLineFeed,
            .bareCarriageReturn, .lateEnd:
            .none
        case .successThenTransient, .transientThenSuccess:
            stage == .endOfData ? .mayLoseMail : .none
        case .twoDigits, .textOnly, .emptyLine: stage == .endOfData ? .mayLoseMail : .mayHang
        case .unassignedCode, .permanentRefusal, .unrecognized, .successThenPermanent, .permanentThenSuccess,
            .wrongKind, .wrongSecondDigit, .wrongFirstDigit, .fourDigits, .contradictingStatus, .codeOnly, .doubledEnd:
            stage == .quit ? .none : .mayLoseMail
        }
    }

    /// Whether a milter can bring it about: it refuses connections, senders, recipients, DATA and messages, and answers
    /// late; the mail server writes the rest.
    public var isPossibleForMilter: Bool {
        switch form {
        case .transientRefusal, .permanentRefusal, .closing:
            switch stage {
            case .greeting, .mail, .rcpt, .data, .endOfData: true
            case .ehlo, .helo, .starttls, .rset, .noop, .quit, .other: false
            }
        case .delayed: stage.isOnTheWay
        default: false
        }
    }

    private var formName: String {
        let success = stage.successCode
        let transient = stage.transientCode
        let permanent = stage.permanentCode
        return switch form {
        case .severalLines: stage == .ehlo ? "single" : "multiline"
        case .slowLines: "multiline.slow"
        case .pieces: "pieces"
        case .delayed: "delayed"
        case .closing: "code.421"
        case .unrecognized: "code.500"
        case .transientRefusal: "code.\(transient)"
        case .permanentRefusal: "code.\(permanent)"
        case .unassignedCode: "code.\(Self.unassigned(success))"
        case .wrongKind: "code.\(Self.otherKind(than: success))"
        case .wrongSecondDigit: "code.\(Self.beyondSecondDigit(success))"
        case .wrongFirstDigit: "code.650"
        case .fourDigits: "code.\(success)0"
        case .contradictingStatus: "status"
        case .successThenPermanent: "mixed.\(success)-\(permanent)"
        case .permanentThenSuccess: "mixed.\(permanent)-\(success)"
        case .successThenTransient: "mixed.\(success)-\(transient)"
        case .transientThenSuccess: "mixed.\(transient)-\(success)"
        case .codeOnly: "truncated.code"
        case .twoDigits: "truncated.digits"
        case .textOnly: "truncated.text"
        case .emptyLine: "truncated.empty"
        case .bareLineFeed: "end.lf"
        case .bareCarriageReturn: "end.cr"
        case .lateEnd: "end.late"
        case .doubledEnd: "end.double"
        }
    }

    /// The code with 9 as its last digit: legal by the grammar, unassigned.
    package static func unassigned(_ code: Int) -> Int { code / 10 * 10 + 9 }

    /// A code whose first digit means something else than success here.
    package static func otherKind(than code: Int) -> Int { code / 100 == 3 ? 250 : 350 }

    /// The code's first digit with a second digit beyond 5.
    package static func beyondSecondDigit(_ code: Int) -> Int { code / 100 * 100 + 99 }
}

extension ReplyVariation: CustomStringConvertible {
    /// The id.
    public var description: String { id }
}
