import Glibc
import Synchronization

/// Writes one line per callback, one write(2) each, in append mode.
final class ProbeRecord: Sendable {
    private let descriptor: Int32
    private let sessions = Atomic<Int>(0)

    init(file: String?) throws {
        descriptor = file.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) } ?? -1
        if file != nil, descriptor < 0 { throw ProbeError("cannot open \(file!)") }
    }

    func nextSession() -> Int { sessions.add(1, ordering: .relaxed).newValue }

    func write(_ session: Int, _ line: String) {
        guard descriptor >= 0 else { return }
        let bytes = Array("S\(session) \(line)\n".utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
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
