import SMTP

/// The command lines of one session as its filter takes them: what was told since the last event, and whether the event fits.
///
/// A line is told before the mail server acts on it, so every event that a command causes finds its line as the last one. Where
/// it does not, lines were lost, and nothing that follows can be trusted.
struct SessionLines: LineSource {
    private let desk: LineDesk
    private let box: LineBox
    /// What a tap tells beside the mail server, if there is one.
    private var traits: TapTraits?
    /// The verb of the last line, if its event has not come.
    private var last: Line?
    /// Whether the mail server tells refusals too.
    let tellsReplies: Bool

    private enum Line {
        case command(SMTPVerb)
        case other
    }

    /// The lines of a session whose mail server has told at the connection which process serves it: `HOST/PID`, and behind it
    /// `+replies` where refusals are told as well. `nil` when there is no room for another session.
    init?(desk: LineDesk, process: String, traits: TapTraits? = nil) {
        let mark = "+replies"
        tellsReplies = process.hasSuffix(mark)
        let name = tellsReplies ? String(process.dropLast(mark.count)) : process
        guard let box = desk.open(.process(name.lowercased())) else { return nil }
        self.desk = desk
        self.box = box
        self.traits = traits
    }

    mutating func before(_ kind: SessionEvent.Kind, check: UInt16) -> ToldLines { before(kind) }

    /// What was told before this event. O(number of bytes told).
    mutating func before(_ kind: SessionEvent.Kind) -> ToldLines {
        guard let entries = box.take() else { return lose() }
        var told: [(kind: SessionEvent.Kind, bytes: [UInt8])] = []
        for entry in entries {
            switch entry {
            case .line(let line, let extent):
                let verb = SMTPVerb(command: line)
                last = verb.map { .command($0) } ?? .other
                told.append((.line, line + [0] + Array(extent.rawValue.utf8)))
            case .reply(let code): told.append((.replied, Array("\(code)".utf8)))
            }
        }
        guard fits(kind) else { return lose() }
        return .fits(told)
    }

    mutating func takeTraits() -> [(kind: SessionEvent.Kind, bytes: [UInt8])] { traits?.takeAlone() ?? [] }

    /// The session is over: what is left of it.
    mutating func end() -> [(kind: SessionEvent.Kind, bytes: [UInt8])] {
        defer {
            desk.close(box)
            traits?.end()
        }
        guard case .fits(let told) = before(.abort) else { return [] }
        return told
    }

    private func lose() -> ToldLines {
        desk.lose(box)
        return .lost
    }

    /// Whether the last line can have caused an event, which no line does twice.
    private mutating func fits(_ kind: SessionEvent.Kind) -> Bool {
        guard let causes = LineEvents.causes(kind) else { return true }
        defer { last = nil }
        switch last {
        case .command(let verb)?: return causes(verb)
        case .other?: return causes(nil)
        case nil: return false
        }
    }
}
