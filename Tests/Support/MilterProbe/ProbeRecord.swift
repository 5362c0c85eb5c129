import Glibc
import Milter
import Synchronization

/// Writes what happens, a line per callback, one write(2) for all that belongs together, in append mode.
final class ProbeRecord: Sendable {
    private let descriptor: Int32
    private let sessions = Atomic<Int>(0)

    init(file: String?) throws {
        descriptor = file.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) } ?? -1
        if let file, descriptor < 0 { throw ProbeError("cannot open \(file)") }
    }

    func nextSession() -> Int { sessions.add(1, ordering: .relaxed).newValue }

    /// Writes lines of one session; what belongs to none is written as session 0.
    func write(_ session: Int, _ lines: [String]) {
        guard descriptor >= 0 else { return }
        let bytes = Array(lines.map { "S\(session) \($0)\n" }.joined().utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            perror("milter-probe: record")
            exit(1)
        }
    }

    func write(_ session: Int, _ line: String) { write(session, [line]) }

    /// Writes `EVENT active=N begun=N turned-away=N failed-replies=N`.
    func write(_ event: String, _ counts: MilterCounts) {
        write(
            0,
            "\(event) active=\(counts.active) begun=\(counts.begun) turned-away=\(counts.turnedAway) "
                + "failed-replies=\(counts.failedReplies)")
    }

    static func quoted(_ bytes: some Sequence<UInt8>) -> String {
        var text = "\""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20, 0x7f...:
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            default: text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return text + "\""
    }
}
