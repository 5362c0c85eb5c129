import Milter

/// What a filter wants, and what it answers, callback by callback.
struct DuelScript: Sendable {
    var wantsBody: Bool
    var unanswered: Set<MilterNegotiation.UnansweredStage> = []
    var asksForMacros: Bool
    var actions: MilterNegotiation.Actions
    var answers: [UInt8]

    init(_ input: inout DuelInput) {
        let flags = input.byte()
        wantsBody = flags & 1 == 0
        if flags & 2 != 0 { unanswered.insert(.header) }
        if flags & 4 != 0 { unanswered.insert(.endOfHeaders) }
        asksForMacros = flags & 8 != 0
        actions = flags & 16 == 0 ? .all : []
        answers = input.bytes(Int(input.byte() & 31))
    }

    var negotiation: MilterNegotiation {
        MilterNegotiation(
            actions: actions, unanswered: unanswered, wantsBody: wantsBody,
            macros: asksForMacros
                ? [.connect: [.hostName, .version], .recipient: [.recipientMailer], .endOfHeaders: []] : [:])
    }
}

/// The script of the run, how far it is, and what sessions have seen.
struct DuelStage: Sendable {
    var script: DuelScript
    var next = 0
    var sessions = 0
    var lines: [String] = []

    mutating func answer() -> UInt8 {
        guard next < script.answers.count else { return 0 }
        defer { next += 1 }
        return script.answers[next]
    }
}
