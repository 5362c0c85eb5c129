public import SMTP

/// Reads the lines of a log, whatever logger, container engine or command wrote them: bytes in, one line at a time.
///
/// Text may be wrapped: by RFC 5424 or a priority, by `docker logs -t`, Kubernetes (`TIME stdout F …`), `docker compose
/// logs` (`NAME | …`), or as what another program says (`docker[1]: May  2 20:56:17 …`). The outer time counts unless only
/// the inner one says its zone. Folded lines are unfolded: `LogLine.count` says how often. Nothing is held but each host's
/// line before.
public struct LogLineReader: Sendable {
    /// What happened to a line.
    public enum Outcome: Sendable {
        /// A line of a log.
        case line(LogLine)
        /// A part of an entry that is not at its end, or nothing.
        case more
        /// Not a line of a log.
        case unread(LogFault)
    }

    /// The form of the lines.
    public private(set) var framing: LogFraming

    private var clock: LogClock
    private var export = JournalExport()
    private var previous: LogLine?
    /// The last lines of other hosts, where a log is of several.
    private var previousOfOthers: [[UInt8]: LogLine] = [:]
    /// Whether a line that Kubernetes has split continues; only its beginning is read.
    private var isSplit = false
    /// How the last line of a mail server began.
    private var head: LineHead?
    /// A line that was read quickly, if it is the last one; ``previous`` is of the same host then.
    private var latest: QuickLine?
    private var latestBytes: ArraySlice<UInt8> = []
    /// Whether ``previous`` is of the host that ``head`` names.
    private var isPreviousOfHead = false

    /// Hosts whose last lines are held.
    private static let mostHosts = 256

    /// How deep lines may be wrapped.
    private static let mostLayers = 4

    /// A reader.
    ///
    /// - Parameters:
    ///   - framing: the form of the lines.
    ///   - years: how dates without a year are read.
    ///   - zone: gives the offset from UTC in seconds for seconds of local time since 1970: lines without a zone are in
    ///     the local time of the machine that wrote them.
    public init(
        framing: LogFraming, years: YearRule, zone: @escaping @Sendable (Int64) -> Int64 = { _ in 0 }
    ) {
        self.framing = framing
        clock = LogClock(rule: years, zone: zone)
    }

    /// Begins another file.
    public mutating func beginFile(framing: LogFraming, years: YearRule) {
        self = LogLineReader(framing: framing, years: years, zone: clock.zone)
    }

    /// Takes the next line, without its end. O(length).
    public mutating func read(_ bytes: ArraySlice<UInt8>) -> Outcome {
        switch framing {
        case .text:
            guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return .more }
            let wasSplit = isSplit
            guard var line = text(bytes, outer: nil, layer: 0) else { return wasSplit ? .more : .unread(.form) }
            unfold(&line)
            return .line(line)
        case .json:
            guard !bytes.isEmpty else { return .more }
            guard let entry = JSONLogEntry(bytes) else { return .unread(.entry) }
            let time =
                entry.micros.map(Self.time)
                ?? entry.stamp.flatMap { stamp in
                    var scanner = ByteScanner(stamp)
                    return clock.read(&scanner)
                }
            var line = LogLine(
                time: time, host: entry.host, program: entry.program, process: entry.process, message: entry.message)
            unwrap(&line)
            unfold(&line)
            return .line(line)
        case .journalExport:
            switch export.read(bytes) {
            case .more: return .more
            case .broken: return .unread(.entry)
            case .entry(let micros, var line):
                line.time = Self.time(micros)
                unwrap(&line)
                unfold(&line)
                return .line(line)
            }
        }
    }

    /// Reads a line of Postfix that begins as one before did, but for the time: with the same host, and nothing wrapped around
    /// it. O(length of its beginning), and no part of it is copied.
    ///
    /// - Returns: `nil` for every other line, which ``read(_:)`` has to be asked about.
    public mutating func readQuickly(_ bytes: ArraySlice<UInt8>) -> QuickLine? {
        guard framing == .text, !isSplit, let line = quickLine(bytes) else { return nil }
        if isPreviousOfHead {
            latest = line
            latestBytes = bytes
        } else {
            remember(LogLine(line, in: bytes))
            isPreviousOfHead = true
        }
        return line
    }

    private mutating func quickLine(_ bytes: ArraySlice<UInt8>) -> QuickLine? {
        guard let time = head?.time else { return nil }
        let text = bytes.span
        var end = head?.end(ofStampIn: text)
        if end == nil {
            guard let first = text.isEmpty ? nil : text[0], 0x30...0x39 ~= first || 0x41...0x5a ~= first else {
                return nil
            }
            var scanner = ByteScanner(bytes)
            guard let other = clock.read(&scanner) else { return nil }
            head?.setStamp(bytes[..<scanner.place], other)
            end = scanner.place - bytes.startIndex
        }
        guard let end, let program = head?.end(ofMiddleIn: text, from: end), let host = head?.host(from: end),
            let tag = Self.tag(of: text, at: program)
        else { return nil }
        var message = tag.end
        while message < text.count, text[message] == 0x20 || text[message] == 0x09 { message += 1 }
        // What a logger may have folded, and Solaris' identities.
        guard message + 1 < text.count, text[message] != 0x5b,
            !FoldedLine.mayBegin(text[message], text[message + 1])
        else { return nil }
        let start = bytes.startIndex
        return QuickLine(
            time: head?.time ?? time, process: tag.process, host: host.lowerBound + start..<host.upperBound + start,
            program: program + start..<tag.nameEnd + start, message: message + start)
    }

    /// `postfix/NAME[PROCESS]:` and a blank behind it.
    private static func tag(of text: borrowing Span<UInt8>, at start: Int)
        -> (nameEnd: Int, process: UInt32, end: Int)?
    {
        let name = postfix.span
        guard text.count - start > name.count else { return nil }
        for place in name.indices where text[start + place] != name[place] { return nil }
        var place = start + name.count
        while place < text.count, text[place] != 0x5b {
            // Nothing else ends a word here.
            guard text[place] > 0x20, text[place] != 0x3a, text[place] != 0x5d else { return nil }
            place += 1
        }
        let nameEnd = place
        place += 1
        var process: UInt32 = 0
        // Nine digits fit.
        while place < text.count, 0x30...0x39 ~= text[place], place - nameEnd <= 9 {
            process = process &* 10 &+ UInt32(text[place] - 0x30)
            place += 1
        }
        guard place > nameEnd + 1, place + 2 < text.count, text[place] == 0x5d, text[place + 1] == 0x3a,
            text[place + 2] == 0x20 || text[place + 2] == 0x09
        else { return nil }
        return (nameEnd, process, place + 2)
    }

    private static let postfix = Array("postfix/".utf8)

    /// The time of a line, for putting files in order; `nil` when it has none.
    public static func time(of line: ArraySlice<UInt8>, framing: LogFraming, years: YearRule) -> UnixTime? {
        if framing == .journalExport { return JournalExport.micros(of: line).flatMap(time)?.unixTime }
        var reader = LogLineReader(framing: framing, years: years)
        guard case .line(let line) = reader.read(line) else { return nil }
        return line.time?.unixTime
    }

    private static func time(_ micros: Int64) -> LogTime? {
        LogTime(seconds: micros / 1_000_000, microseconds: micros % 1_000_000, isZoned: true)
    }

    /// A line of text, or what is left of one when outer layers are taken off. Without a time it must name a mail server
    /// and its process, or anything with a colon would be one.
    private mutating func text(
        _ bytes: ArraySlice<UInt8>, outer: LogTime?, layer: Int, needsTime: Bool = false
    ) -> LogLine? {
        guard layer < Self.mostLayers else { return nil }
        var scanner = ByteScanner(bytes)
        let isBare = !scanner.blanks() && scanner.next != UInt8(ascii: "<")
        let isRFC5424 = Self.takePriority(&scanner) && scanner.take("1 ")
        if isRFC5424 {
            let time = scanner.take("- ") ? nil : clock.read(&scanner)
            guard var line = LogLine(rfc5424: scanner.rest, time: Self.better(outer, time)) else { return nil }
            unwrap(&line, layer: layer)
            return line
        }
        guard let time = clock.read(&scanner) else {
            guard !needsTime else { return nil }
            if layer == 0, let rest = Self.withoutContainer(scanner.rest), let line = text(rest, outer: nil, layer: 1) {
                return line
            }
            let line = LogLine(header: scanner.rest, time: outer)
            let isServer = line.server.isMailServer && line.process != nil
            return isServer && (outer != nil || line.host.isEmpty) ? line : nil
        }
        let timeEnd = scanner.place
        if Self.takeStream(&scanner, isSplit: &isSplit) == false { return nil }
        let best = Self.better(outer, time)
        // A time behind a time, or a priority: `docker logs -t`, Kubernetes.
        if let next = scanner.next, next == UInt8(ascii: "<") || 0x30...0x39 ~= next || 0x41...0x5a ~= next,
            let inner = text(scanner.rest, outer: best, layer: layer + 1), inner.server.isMailServer
        {
            return inner
        }
        var line = LogLine(header: scanner.rest, time: best)
        if layer == 0, isBare, scanner.place == timeEnd, line.server.isMailServer {
            head = LineHead(line, of: bytes, timeEnd: timeEnd)
            isPreviousOfHead = false
        }
        unwrap(&line, layer: layer)
        return line
    }

    /// Puts the line that another program says in the place of that program's. It must begin with a time of its own: names
    /// that clients choose stand at the head of what some programs say (`sshd[1]: Invalid user …`).
    private mutating func unwrap(_ line: inout LogLine, layer: Int = 0) {
        guard !line.server.isMailServer, let first = line.message.first, first == UInt8(ascii: "<") || first >= 0x30,
            let inner = text(line.message, outer: line.time, layer: layer + 1, needsTime: true),
            inner.server.isMailServer
        else { return }
        line = inner
    }

    /// Puts the line that is repeated in the place of one that says so.
    private mutating func unfold(_ line: inout LogLine) {
        if let latest { previous = LogLine(latest, in: latestBytes) }
        latest = nil
        // Few lines are folded, and copying is what costs.
        guard line.program.isEmpty || FoldedLine.mayBegin(line.message) else {
            return remember(line)
        }
        var host = line.host
        var message = line.message
        if line.program.isEmpty, !host.isEmpty {
            // What the logger says stands behind its host, or takes a host's place.
            if FoldedLine(message) != nil {
                host = []
            } else if let end = message.firstRange(of: host)?.upperBound {
                message = message[end...].drop { $0 == 0x20 }
            }
        }
        switch FoldedLine(message) {
        case .message(let text, let count):
            line.message = text
            line.count = count
        case .last(let count):
            let isSame = host.isEmpty || previous.map { $0.host == host } ?? false
            guard var last = isSame ? previous : previousOfOthers[Array(host)] else { break }
            let isLoggers =
                line.program.isEmpty || line.program.starts(with: "syslog".utf8)
                || line.program.elementsEqual("rsyslogd".utf8) || line.program == last.program
            guard isLoggers else { break }
            last.time = line.time
            last.count = count
            line = last
            return
        case nil: break
        }
        remember(line)
    }

    private mutating func remember(_ line: LogLine) {
        if let last = previous?.host, last != line.host {
            if previousOfOthers.count >= Self.mostHosts { previousOfOthers = [:] }
            previousOfOthers[Array(last)] = previous
        }
        previous = line
        previous?.count = 1
        isPreviousOfHead = false
    }

    /// The outer time, unless only the inner one knows its zone.
    private static func better(_ outer: LogTime?, _ inner: LogTime?) -> LogTime? {
        guard let outer else { return inner }
        return !outer.isZoned && inner?.isZoned == true ? inner : outer
    }

    /// `<22>`.
    private static func takePriority(_ scanner: inout ByteScanner) -> Bool {
        let start = scanner.place
        if scanner.take(UInt8(ascii: "<")), scanner.number(digits: 1...3) != nil, scanner.take(UInt8(ascii: ">")) {
            return true
        }
        scanner.place = start
        return false
    }

    /// `stdout F ` behind a time (Kubernetes). `false` for the rest of a line that was split, which is skipped.
    private static func takeStream(_ scanner: inout ByteScanner, isSplit: inout Bool) -> Bool? {
        let start = scanner.place
        guard scanner.take("stdout ") || scanner.take("stderr ") else { return nil }
        let wasSplit = isSplit
        if scanner.take("P ") {
            isSplit = true
        } else if scanner.take("F ") {
            isSplit = false
        } else {
            scanner.place = start
            return nil
        }
        return !wasSplit
    }

    /// What follows `NAME  | ` (docker compose) or `[pod/NAME/CONTAINER] ` (kubectl).
    private static func withoutContainer(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var scanner = ByteScanner(text)
        let word = scanner.word()
        guard scanner.blanks() else { return nil }
        if word.first == 0x5b, word.last == 0x5d, word.contains(UInt8(ascii: "/")) { return scanner.rest }
        guard scanner.take(UInt8(ascii: "|")), scanner.blanks() else { return nil }
        return scanner.rest
    }
}
