import Dialects
import SMTP

/// What an observer is told of a session, one thing at a time.
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
    /// A command line, where lines are told.
    case line(String)

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
        case .line(let line): "\"\(line)\""
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
        case .helo(let argument): take(.helo(Site.shape(argument)), argument)
        case .startTLS: take(.tls, "")
        case .proto(let isExtended): take(.proto(isExtended: isExtended), "")
        case .mail(let arguments): take(.mail(Self.address(arguments)), arguments.joined(separator: "\0"))
        case .recipient(let arguments): take(.rcpt(Self.address(arguments)), arguments.joined(separator: "\0"))
        case .answered(let reply): answered(reply)
        case .data: take(.data, "")
        case .header(let name, let value): take(.header(nameLength: name.utf8.count), "\(name)\0\(value)")
        case .endOfHeaders: take(.eoh, "")
        case .unknown(let command): take(.unknown, command)
        case .abort: take(.abort, "")
        case .line(let text):
            let line = Array(text.utf8)
            let verb = SMTPVerb(line: line)
            let (arguments, shape): ([UInt8], HELOShape?) =
                switch verb {
                case .helo, .ehlo:
                    (
                        CommandArguments.greeting(line),
                        Site.shape(String(decoding: CommandArguments.greeting(line), as: UTF8.self))
                    )
                case .mail, .rcpt: (CommandArguments.path(line), nil)
                default: ([], nil)
                }
            take(.command(verb, arguments: arguments, shape: shape, marks: []), text)
        }
    }

    private mutating func take(_ event: ObservedEvent, _ text: String) {
        let bytes = Array(text.utf8)
        take(event, bytes.span)
    }

    private static func address(_ arguments: [String]) -> MailAddress {
        MailAddress(argument: (arguments.first ?? "").utf8)
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
