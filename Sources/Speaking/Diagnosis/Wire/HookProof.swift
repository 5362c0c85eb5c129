public import Sockets

/// Shows that Postfix answers clients without argotd at the command hook's socket, and tells it their lines with it.
public struct HookProof {
    private let label: String
    private let endpoint: SocketName
    private let pause: (Int) throws -> Void
    private let told: () throws -> UInt64

    /// The longest that argotd stays away, in seconds: it comes back by itself.
    static let absence = 30

    private static let lines = ["EHLO localhost", "NOOP", "QUIT"]
    private static let expected = [220, 250, 250, 221]

    /// A proof about one server.
    ///
    /// - Parameters:
    ///   - pause: has argotd leave its socket for so many seconds, or come back with 0.
    ///   - told: how many lines it was told so far.
    public init(
        label: String, endpoint: SocketName, pause: @escaping (Int) throws -> Void, told: @escaping () throws -> UInt64
    ) {
        self.label = label
        self.endpoint = endpoint
        self.pause = pause
        self.told = told
    }

    /// Holds the two sessions and says what they have shown.
    public var finding: Finding {
        do {
            try pause(Self.absence)
            let alone = Result { try session() }
            try pause(0)
            let codes = try alone.get()
            guard codes == Self.expected else {
                return Finding(
                    "wire.proof", .problem, at: label,
                    "without argotd at its socket a client is answered \(Self.text(codes)) instead of "
                        + "\(Self.text(Self.expected)): switch the hook off")
            }
            let before = try told()
            // The socket comes back within an instant; a session that was quicker tells nothing.
            for _ in 0..<20 {
                _ = try session()
                if try told() > before {
                    return Finding(
                        "wire.proof", .ok, at: label,
                        "without argotd at its socket clients are answered as ever, and with it their lines arrive")
                }
            }
            return Finding(
                "wire.proof", .problem, at: label,
                "clients are answered without argotd, but with it their lines do not arrive: see the log of Postfix")
        } catch {
            return Finding("wire.proof", .problem, at: label, "nothing could be proved: \(error)")
        }
    }

    private static func text(_ codes: [Int]) -> String { codes.map(String.init).joined(separator: " ") }

    /// The codes that a client is answered with, line by line; the greeting first.
    private func session() throws(SocketError) -> [Int] {
        let client = try SocketClient(endpoint, timeout: 20)
        var codes = [try Self.reply(client)]
        for line in Self.lines {
            guard codes.last != 0 else { break }
            try client.send(Array((line + "\r\n").utf8))
            codes.append(try Self.reply(client))
        }
        return codes
    }

    /// The code of the next reply; 0 for none.
    private static func reply(_ client: borrowing SocketClient) throws(SocketError) -> Int {
        var text: [UInt8] = []
        while text.count < 64 << 10 {
            let bytes = try client.receive()
            if bytes.isEmpty { return 0 }
            text += bytes
            guard text.last == UInt8(ascii: "\n") else { continue }
            let last = text.dropLast().split(separator: UInt8(ascii: "\n")).last ?? []
            if last.count > 3, last[last.startIndex + 3] != UInt8(ascii: "-") {
                return Int(String(decoding: last.prefix(3), as: UTF8.self)) ?? 0
            }
        }
        return 0
    }
}
