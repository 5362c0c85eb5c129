public import Dialects

extension ReplyVariation {
    /// The bytes that are sent in place of `ordinary`, with the pauses between them.
    ///
    /// Codes are those of the stage, except where only the form of the reply changes: then it stays `ordinary`'s, so
    /// that a refusal varied in form remains one.
    public func pieces(insteadOf ordinary: OrdinaryReply) -> [ReplyPiece] {
        let whole = ordinary.bytes
        switch form {
        case .severalLines:
            if ordinary.lines.count > 1 { return [ReplyPiece(OrdinaryReply(ordinary.code, ordinary.lines[0]).bytes)] }
            return [ReplyPiece(inTwoLines(ordinary).bytes)]
        case .slowLines:
            let lines = (ordinary.lines.count > 1 ? ordinary : inTwoLines(ordinary)).text
            let rest = lines.dropFirst().map { $0 + "\r\n" }.joined()
            return [ReplyPiece(lines[0] + "\r\n"), ReplyPiece(pause: 1_000, rest)]
        case .pieces: return Self.inPieces(whole)
        case .delayed: return [ReplyPiece(pause: 3_000, whole)]
        case .transientRefusal: return [ReplyPiece("\(stage.transientCode) 4.2.0 Try again later\r\n")]
        case .permanentRefusal: return [ReplyPiece("\(stage.permanentCode) \(refusalStatus) Refused\r\n")]
        case .closing: return [ReplyPiece("421 4.3.2 Service closing\r\n")]
        case .unrecognized: return [ReplyPiece("500 5.5.1 Command unrecognized\r\n")]
        case .unassignedCode: return recoded(ordinary, Self.unassigned(ordinary.code))
        case .wrongKind: return recoded(ordinary, Self.otherKind(than: ordinary.code))
        case .wrongSecondDigit: return recoded(ordinary, Self.beyondSecondDigit(ordinary.code))
        case .wrongFirstDigit: return recoded(ordinary, 650)
        case .fourDigits: return recoded(ordinary, ordinary.code * 10)
        case .contradictingStatus:
            var lines = ordinary.lines
            lines[0] = refusalStatus + " " + Self.withoutStatus(lines[0])
            return [ReplyPiece(OrdinaryReply(code: ordinary.code, lines: lines).bytes)]
        case .successThenPermanent: return mixed(ordinary, stage.successCode, stage.permanentCode)
        case .permanentThenSuccess: return mixed(ordinary, stage.permanentCode, stage.successCode)
        case .successThenTransient: return mixed(ordinary, stage.successCode, stage.transientCode)
        case .transientThenSuccess: return mixed(ordinary, stage.transientCode, stage.successCode)
        case .codeOnly: return [ReplyPiece("\(ordinary.code)\r\n")]
        case .twoDigits: return [ReplyPiece("\(ordinary.code / 10)\r\n"), ReplyPiece(pause: 1_000, whole)]
        case .textOnly: return [ReplyPiece("OK\r\n"), ReplyPiece(pause: 1_000, whole)]
        case .emptyLine: return [ReplyPiece("\r\n"), ReplyPiece(pause: 1_000, whole)]
        case .bareLineFeed: return [ReplyPiece(ordinary.text.map { $0 + "\n" }.joined())]
        case .bareCarriageReturn:
            return [ReplyPiece(Array(whole.dropLast())), ReplyPiece(pause: 3_000, "\n")]
        case .lateEnd: return [ReplyPiece(Array(whole.dropLast(2))), ReplyPiece(pause: 3_000, "\r\n")]
        case .doubledEnd: return [ReplyPiece(whole + Array("\r\n".utf8))]
        }
    }

    /// An enhanced status code for a refusal permanently at this stage.
    private var refusalStatus: String { stage == .rcpt ? "5.1.1" : "5.7.1" }

    private func recoded(_ ordinary: OrdinaryReply, _ code: Int) -> [ReplyPiece] {
        [ReplyPiece(OrdinaryReply(code: code, lines: ordinary.lines).bytes)]
    }

    private func inTwoLines(_ ordinary: OrdinaryReply) -> OrdinaryReply {
        OrdinaryReply(ordinary.code, ordinary.lines[0], "OK")
    }

    /// All lines but the last with one code, the last with the other.
    private func mixed(_ ordinary: OrdinaryReply, _ first: Int, _ last: Int) -> [ReplyPiece] {
        func word(_ code: Int) -> String { code < 400 ? "OK" : "Error" }
        let lines = ordinary.lines.count > 1 ? ordinary.lines : [word(first), word(last)]
        let codes = lines.indices.map { String($0 == lines.count - 1 ? last : first) }
        let text = OrdinaryReply.text(codes: codes, lines: lines)
        return [ReplyPiece(text.map { $0 + "\r\n" }.joined())]
    }

    private static func inPieces(_ whole: [UInt8]) -> [ReplyPiece] {
        let end = whole.count - 2
        return [0..<1, 1..<3, 3..<end, end..<(end + 1), (end + 1)..<whole.count].enumerated().map { index, range in
            ReplyPiece(pause: index == 0 ? 0 : 200, Array(whole[range]))
        }
    }

    /// The text without a leading enhanced status code.
    private static func withoutStatus(_ text: String) -> Substring {
        let word = text.prefix { $0 != " " }
        let isStatus = !word.isEmpty && word.utf8.allSatisfy { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ".") }
        return isStatus && word.contains(".") ? text.dropFirst(word.count).drop { $0 == " " } : text[...]
    }
}
