extension ReplyVariation {
    /// The reply as the symbol that dialects know it by; `nil` for what differs in time only, which no symbol tells.
    var symbol: ReplySymbol? {
        let success = UInt16(stage.successCode)
        let transient = UInt16(stage.transientCode)
        let permanent = UInt16(stage.permanentCode)
        switch form {
        case .severalLines, .slowLines:
            return stage == .ehlo ? nil : ReplySymbol(codes: [success], traits: stage == .greeting ? [] : [.lines])
        case .pieces, .delayed, .lateEnd, .emptyLine: return nil
        case .unassignedCode: return ReplySymbol(codes: [UInt16(Self.unassigned(stage.successCode))])
        case .transientRefusal: return ReplySymbol(codes: [transient])
        case .permanentRefusal: return ReplySymbol(codes: [permanent])
        case .closing: return ReplySymbol(codes: [421])
        case .unrecognized: return ReplySymbol(codes: [500])
        case .successThenPermanent: return ReplySymbol(codes: [success, permanent])
        case .permanentThenSuccess: return ReplySymbol(codes: [permanent, success])
        case .successThenTransient: return ReplySymbol(codes: [success, transient])
        case .transientThenSuccess: return ReplySymbol(codes: [transient, success])
        case .wrongKind: return ReplySymbol(codes: [UInt16(Self.otherKind(than: stage.successCode))])
        case .wrongSecondDigit: return ReplySymbol(codes: [UInt16(Self.beyondSecondDigit(stage.successCode))])
        case .wrongFirstDigit: return ReplySymbol(codes: [650])
        case .fourDigits: return ReplySymbol(codes: [0], traits: [.broken])
        case .contradictingStatus: return ReplySymbol(codes: [success], traits: [.status])
        case .codeOnly: return ReplySymbol(codes: [success], traits: [.bare])
        case .twoDigits, .textOnly: return ReplySymbol(codes: [0, success], traits: [.broken])
        case .bareLineFeed: return ReplySymbol(codes: [success], traits: [.lf])
        case .bareCarriageReturn: return ReplySymbol(codes: [success], traits: [.cr])
        case .doubledEnd: return ReplySymbol(codes: [success], traits: [.doubled])
        }
    }
}
