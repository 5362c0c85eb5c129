/// A mail server that clients of the laboratory reach under addresses of their own.
public protocol MailServer: Sendable {
    /// Connects as `identity`. What the server says next is its greeting for that client.
    func connect(as identity: ClientIdentity) throws(LabError) -> LoopbackSocket
}

/// A Postfix that allows `XCLIENT` from loopback.
public struct XCLIENTServer: MailServer {
    /// Where it listens.
    public let port: UInt16

    /// The server on `port` of 127.0.0.1.
    public init(port: UInt16) {
        self.port = port
    }

    /// Swallows the greeting and sends `XCLIENT`; the server then begins anew, unless it refuses.
    public func connect(as identity: ClientIdentity) throws(LabError) -> LoopbackSocket {
        let socket = try LoopbackSocket(port: port)
        var greeting = ReplyReader()
        let deadline = Deadline.after(.seconds(120))
        while true {
            if let reply = try greeting.next() {
                guard reply.code == 220 else {
                    throw LabError(.refused, "no 220: \(reply)", at: "127.0.0.1:\(port)")
                }
                break
            }
            let bytes = try socket.read(until: deadline)
            if bytes.isEmpty { throw LabError(.connectionClosed, "no greeting", at: "127.0.0.1:\(port)") }
            greeting.append(bytes)
        }
        try socket.write(Array("\(identity.command)\r\n".utf8))
        return socket
    }
}
