import Milter
import SMTP
import Testing

@testable import Daemon

/// A session under test: one stage after the other.
struct AdapterClient {
    let handler: SMTPSessionHandler
    let connection: ScriptedConnection

    init(_ site: AdapterSite, _ connection: ScriptedConnection = ScriptedConnection()) {
        handler = SMTPSessionHandler(state: site.state)
        self.connection = connection
    }

    private var context: MilterContext { MilterContext(connection) }

    @discardableResult
    func connect(
        _ address: String = "203.0.113.9", name: String = "[203.0.113.9]", _ macros: [MilterMacro: String] = [:]
    ) throws -> MilterConnectResponse {
        connection.macros.merge(macros) { $1 }
        let client = try #require(ClientAddress(address))
        return handler.connect(MilterPeer(hostName: name, origin: .network(client, port: 4_242)), context)
    }

    @discardableResult
    func helo(_ name: String) -> MilterResponse {
        let bytes = Array(name.utf8)
        return handler.helo(bytes.span, context)
    }

    @discardableResult
    func mail(_ arguments: String) -> MilterResponse {
        let bytes = Array(arguments.utf8)
        return handler.mail(bytes.span, context)
    }

    func recipient(_ arguments: String, _ macros: [MilterMacro: String] = [:]) -> MilterResponse {
        connection.macros.merge(macros) { $1 }
        let bytes = Array(arguments.utf8)
        return handler.recipient(bytes.span, context)
    }

    /// A message with a body, in pieces; what each piece is answered.
    func message(_ pieces: [String], _ fields: [(name: String, value: String)] = [("Subject", " x")]) -> (
        pieces: [MilterBodyResponse], end: MilterResponse
    ) {
        var answers: [MilterBodyResponse] = []
        let end = endOfMessage(fields) {
            for piece in pieces where answers.last != .skip {
                let bytes = Array(piece.utf8)
                answers.append(handler.body(bytes.span, context))
            }
        }
        return (answers, end)
    }

    func endOfMessage(_ fields: [(name: String, value: String)] = [("Subject", " x")], body: () -> Void = {})
        -> MilterResponse
    {
        handler.data(context)
        for (name, value) in fields {
            let field = Array("\(name)\0\(value)".utf8)
            _ = handler.header(field.span, nameLength: name.utf8.count, context)
        }
        _ = handler.endOfHeaders(context)
        body()
        return handler.endOfMessage(MilterMessageContext(connection))
    }
}
