/// A conversation with an IMAP server, command by command.
public final class IMAPConversation {
    private let socket: LoopbackSocket
    private var received: [UInt8] = []
    private var number = 0

    /// Connects and reads the greeting.
    public init(port: UInt16) throws(LabError) {
        socket = try LoopbackSocket(port: port)
        let greeting = try line()
        guard greeting.hasPrefix("* OK") else { throw LabError(.refused, "the greeting is \(greeting)") }
    }

    /// Gives a command and returns the untagged lines of the answer, which must be OK.
    @discardableResult
    public func command(_ text: String, literal: [UInt8]? = nil) throws(LabError) -> [String] {
        number += 1
        let tag = "a\(number)"
        let count = literal.map { " {\($0.count)}" } ?? ""
        try socket.write(Array("\(tag) \(text)\(count)\r\n".utf8))
        var lines: [String] = []
        while true {
            let line = try line()
            if line.hasPrefix("+"), let literal {
                try socket.write(literal + [0x0d, 0x0a])
            } else if line.hasPrefix(tag + " ") {
                guard line.hasPrefix(tag + " OK") else { throw LabError(.refused, "\(text): \(line)") }
                return lines
            } else {
                lines.append(line)
            }
        }
    }

    private func line() throws(LabError) -> String {
        while true {
            if let end = received.firstIndex(of: 0x0a) {
                let line = received[..<end]
                received.removeFirst(end + 1)
                return String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
            }
            let bytes = try socket.read(until: .after(.seconds(30)))
            guard !bytes.isEmpty else { throw LabError(.connectionClosed, "the IMAP server has closed the connection") }
            received += bytes
        }
    }
}
