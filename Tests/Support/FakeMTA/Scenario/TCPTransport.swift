/// A real MTA, over TCP.
///
/// For a scenario that names its client the MTA must allow XCLIENT, and the filter then sees a session of the test's own
/// address first, and the client's behind it; or connections are made by someone who can give clients addresses.
public final class TCPTransport: SMTPTransport {
    /// The name scenarios know the server by.
    public let mta: String

    private let connect: (ClientPeer?) throws -> ByteStream
    private let usesXCLIENT: Bool
    private let timeout: Duration
    private var stream: ByteStream?
    private var received: [UInt8] = []

    /// A transport to a port on which an SMTP server listens.
    ///
    /// - Parameters:
    ///   - mta: the name under which scenarios know the server.
    ///   - timeout: the bound on each wait.
    public init(port: UInt16, host: String = "127.0.0.1", mta: String = "postfix", timeout: Duration = .seconds(60)) {
        self.mta = mta
        self.timeout = timeout
        usesXCLIENT = true
        connect = { _ in try ByteStream(connectingTo: .inet(port: port, host: host), timeout: timeout) }
    }

    /// A transport whose connections somebody else makes.
    ///
    /// - Parameters:
    ///   - mta: the name under which scenarios know the server.
    ///   - timeout: the bound on each wait.
    ///   - connecting: a connected socket of the client, or of any, which the transport then owns.
    public init(
        mta: String, timeout: Duration = .seconds(60), connecting: @escaping (ClientPeer?) throws -> Int32
    ) {
        self.mta = mta
        self.timeout = timeout
        usesXCLIENT = false
        connect = { client in ByteStream(adopting: try connecting(client), timeout: timeout) }
    }

    /// Connects; the greeting is the first reply.
    public func open(as client: ClientPeer?) throws {
        received = []
        stream = try connect(client)
        guard usesXCLIENT, let client, let ip = client.ip else { return }
        _ = try receive()
        let written = ip.contains(":") ? "IPV6:" + ip : ip
        let name = client.name ?? "[UNAVAILABLE]"
        let port = client.port.map { " PORT=\($0)" } ?? ""
        try send("XCLIENT ADDR=\(written) NAME=\(name) REVERSE_NAME=\(name)\(port)")
    }

    /// Sends a line and its end.
    public func send(_ line: String) throws {
        try write(ByteText.bytes(line) + [0x0D, 0x0A])
    }

    /// Sends a message with its dots stuffed, and the final dot.
    public func send(message lines: [String]) throws {
        let stuffed = lines.map { $0.hasPrefix(".") ? "." + $0 : $0 } + ["."]
        try write(stuffed.flatMap { ByteText.bytes($0) + [0x0D, 0x0A] })
    }

    /// Takes the next reply; nil if the server closed.
    public func receive() throws -> ScenarioReply? {
        var lines: [String] = []
        while let line = try receiveLine() {
            lines.append(line)
            if line.dropFirst(3).first != "-" { return ScenarioReply(lines) }
        }
        guard lines.isEmpty else { throw FakeMTAError.closed(awaiting: "the rest of a reply") }
        return nil
    }

    /// Closes, without QUIT.
    public func close() throws {
        stream?.close()
        stream = nil
    }

    private func write(_ bytes: [UInt8]) throws {
        guard let stream else { throw FakeMTAError.outOfOrder("not connected") }
        try stream.write(bytes[...], for: "a command")
    }

    private func receiveLine() throws -> String? {
        guard let stream else { throw FakeMTAError.outOfOrder("not connected") }
        let deadline = Deadline.after(timeout)
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                defer { received.removeSubrange(...end) }
                let line = received[..<end]
                return ByteText.text(line.last == 0x0D ? line.dropLast() : line)
            }
            let bytes = try stream.read(awaiting: "a reply", until: deadline)
            if bytes.isEmpty { return nil }
            received += bytes
        }
    }
}
