import Dialects
import SMTP

/// What a milter is told of a session, one thing at a time.
enum Step: Hashable, CustomStringConvertible {
    case helo(String)
    case startTLS
    case proto(isExtended: Bool)
    case mail([String])
    case recipient([String])
    case answered(ReplyPattern.Class)
    case data
    case header(String, String)
    case endOfHeaders
    case unknown(String)
    case abort

    var description: String {
        switch self {
        case .helo(let argument): "helo \(argument)"
        case .startTLS: "starttls"
        case .proto(let isExtended): isExtended ? "ESMTP" : "SMTP"
        case .mail(let arguments): "mail \(arguments.joined(separator: " "))"
        case .recipient(let arguments): "rcpt \(arguments.joined(separator: " "))"
        case .answered(let reply): "\(reply)"
        case .data: "data"
        case .header(let name, let value): "header \(name):\(value)"
        case .endOfHeaders: "eoh"
        case .unknown(let command): "unknown \(command)"
        case .abort: "abort"
        }
    }
}

/// Who the tests' clients and servers are.
enum Site {
    static let client = ClientAddress("192.0.2.10")
    static let ptr = "host.example.net"
    static let server = "mx.example.org"
    static let serverAddress = ClientAddress("198.51.100.25")

    static func shape(_ argument: String) -> HELOShape {
        HELOShape(of: Array(argument.utf8), client: client, ptr: ptr, server: server, serverAddress: serverAddress)
    }
}

extension DialectMatcher {
    mutating func take(_ step: Step) {
        switch step {
        case .helo(let argument): helo(Array(argument.utf8).span, shape: Site.shape(argument))
        case .startTLS: startTLS()
        case .proto(let isExtended): proto(isExtended: isExtended)
        case .mail(let arguments): mail(Array(arguments.joined(separator: "\0").utf8).span)
        case .recipient(let arguments): recipient(Array(arguments.joined(separator: "\0").utf8).span)
        case .answered(let reply): answered(reply)
        case .data: data()
        case .header(let name, let value): header(name: Array(name.utf8).span, value: Array(value.utf8).span)
        case .endOfHeaders: endOfHeaders()
        case .unknown(let command): unknown(Array(command.utf8).span)
        case .abort: abort()
        }
    }
}

extension DecisionMachine {
    /// The names of the dialects that are possible after each step.
    func names(after steps: [Step]) -> [[String]] {
        var matcher = DialectMatcher(machine: self)
        return steps.map { step in
            matcher.take(step)
            return matcher.match.dialects.map(\.name)
        }
    }

    /// The names of the dialects that are possible in the end.
    func names(_ steps: Step...) -> [String] { names(after: steps).last ?? [] }
}
