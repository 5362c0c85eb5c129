public import Processes

/// The mail servers' and filters' part of systemd's journal, followed through `journalctl`.
public struct FollowedJournal: ~Copyable {
    /// The cursor of the last entry that was handed over; `nil` before the first.
    public private(set) var cursor: String?

    private let program: String
    private let follows: Bool
    private var run: FollowedProgram?
    private var failure: Int32?

    /// How much of the past is read when nothing was read before.
    private static let beginning = "-1day"

    /// Follows the journal behind `cursor`.
    ///
    /// - Parameters:
    ///   - program: journalctl, as a path or a name found in PATH.
    ///   - follows: whether to wait for new entries; else it ends with the last one.
    public init(after cursor: String?, program: String = "journalctl", follows: Bool) {
        self.cursor = cursor
        self.program = program
        self.follows = follows
    }

    /// The next entry as a line of JSON, waiting at most this long; `nil` for none.
    ///
    /// - Throws: `ProgramRunError` when journalctl cannot be started; it is started again when it ends while it follows.
    public mutating func next(waiting milliseconds: Int32) throws(ProgramRunError) -> ArraySlice<UInt8>? {
        if run == nil { run = try FollowedProgram(program, arguments) }
        switch run?.next(waiting: milliseconds) {
        case .line(let line):
            if let cursor = Self.cursor(of: line) { self.cursor = cursor }
            return line
        case .ended(let status):
            if status != 0 { failure = status }
            if follows { run = nil } else { isFinished = true }
            return nil
        case .nothing, nil: return nil
        }
    }

    /// The status with which journalctl ended, if it failed since this was asked last.
    public mutating func takeFailure() -> Int32? { failure.take() }

    /// Whether all entries were handed over, where nothing is waited for.
    public private(set) var isFinished = false

    /// Mail servers and their filters log to the facility mail; rspamd, where it logs to the journal, under its name.
    private var arguments: [String] {
        let place = cursor.map { ["--after-cursor=\($0)"] } ?? ["--since=\(Self.beginning)"]
        return ["--output=json", "--quiet", "--all", "--lines=all"] + (follows ? ["--follow"] : []) + place + [
            "SYSLOG_FACILITY=2", "+", "SYSLOG_IDENTIFIER=rspamd",
        ]
    }

    /// The value of `__CURSOR`. Within strings of JSON a quote has a backslash before it, so no message can hold the key.
    static func cursor(of line: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: line.prefix(4_096), as: UTF8.self)
        guard let key = text.firstRange(of: "\"__CURSOR\"") else { return nil }
        let rest = text[key.upperBound...].drop { $0 == " " || $0 == ":" }
        guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
        return String(rest[..<end].dropFirst())
    }
}
