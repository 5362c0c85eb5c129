import FakeMTA

/// The stages in an order in which an MTA may come to them all.
enum Stage: String, CaseIterable, Sendable {
    case connect, helo, unknown, mail, rcpt, data, header, eoh, body, eom

    /// Shows the stage to a filter.
    func answer(of session: FakeMTASession) throws -> MilterAnswer {
        switch self {
        case .connect: try session.connect(Probe.peer)
        case .helo: try session.helo("host.example")
        case .mail: try session.mail("<a@example.net>")
        case .rcpt: try session.rcpt("<b@lab.example>")
        case .data: try session.data()
        case .unknown: try session.unknown("FOO")
        case .header: try session.header("Subject", " test")
        case .eoh: try session.endOfHeaders()
        case .body: try session.body(Array("body\r\n".utf8))
        case .eom: try session.endOfMessage()
        }
    }

    /// Shows all stages up to this one; the answers by stage.
    func answers(of session: FakeMTASession) throws -> [Stage: MilterAnswer] {
        var answers: [Stage: MilterAnswer] = [:]
        for stage in Stage.allCases where answers[self] == nil { answers[stage] = try stage.answer(of: session) }
        return answers
    }
}
