/// The command line of argot-tap.
struct TapOptions: Sendable, Hashable {
    /// Where packets come from.
    var interface = "any"

    /// A capture file in place of an interface.
    var file: String?

    /// Where mail servers listen.
    var ports: Set<UInt16> = [25]

    /// A filter in place of the usual one.
    var filter: String?

    /// argotd's socket.
    var socket = "/run/argot/control/tap.sock"

    /// Whether findings are printed, and not handed to argotd.
    var prints = false

    /// A file to write transcripts to, in place of handing findings over.
    var record: String?

    /// The most bytes of that file.
    var recordLimit = 1 << 30

    /// After how many seconds to end; `nil` for never.
    var seconds: Int?

    /// What is to be done.
    enum Request: Sendable, Hashable {
        /// Capture.
        case run(TapOptions)
        /// Print this, and end.
        case say(String)
    }

    /// Reads a command line without the program's name.
    static func read(_ arguments: [String]) throws(TapFault) -> Request {
        var options = TapOptions()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(halves[0])
            func value() throws(TapFault) -> String {
                if halves.count == 2 { return String(halves[1]) }
                guard let next = rest.popFirst() else {
                    throw TapFault("\(name) needs a value", remedy: "see --help", isUsage: true)
                }
                return next
            }
            switch name {
            case "--help", "-h": return .say(help)
            case "--version": return .say("argot-tap 0.1.0")
            case "--interface", "-i": options.interface = try value()
            case "--read", "-r": options.file = try value()
            case "--socket", "-s": options.socket = try value()
            case "--filter": options.filter = try value()
            case "--print": options.prints = true
            case "--record": options.record = try value()
            case "--record-limit":
                let text = try value()
                guard let megabytes = Int(text), 1...1_000_000 ~= megabytes else {
                    throw TapFault(
                        "\"\(text)\" is not a number of megabytes", remedy: "write one from 1 to 1000000", isUsage: true
                    )
                }
                options.recordLimit = megabytes << 20
            case "--ports", "-p": options.ports = try ports(try value())
            case "--seconds":
                let text = try value()
                guard let seconds = Int(text), seconds > 0, seconds < 1 << 31 else {
                    throw TapFault(
                        "\"\(text)\" is not a number of seconds", remedy: "write one from 1 on", isUsage: true)
                }
                options.seconds = seconds
            default: throw TapFault("\(argument) is not an option", remedy: "see --help", isUsage: true)
            }
        }
        return .run(options)
    }

    private static func ports(_ text: String) throws(TapFault) -> Set<UInt16> {
        var ports: Set<UInt16> = []
        for word in text.split(separator: ",") {
            guard let port = UInt16(word), port > 0 else {
                throw TapFault(
                    "\"\(word)\" is not a port", remedy: "write numbers from 1 to 65535 with commas between",
                    isUsage: true)
            }
            ports.insert(port)
        }
        guard 1...16 ~= ports.count else {
            throw TapFault("--ports needs 1 to 16 ports", remedy: "name those of SMTP", isUsage: true)
        }
        return ports
    }

    static let help = """
        OVERVIEW: Shows argotd how clients speak on the wire: command lines, their ends, early talk, TLS and TCP.

        Captures the commands that clients send to the mail server of this host, and hands what is seen of each connection
        to argotd's tap_socket. Passwords, addresses and message content are not handed over. Needs CAP_NET_RAW to begin,
        and gives it up then.

        USAGE: argot-tap [--interface <name>] [--ports <list>] [--socket <path>] [--print] [--read <file>] ...

        OPTIONS:
          -i, --interface <name>  Capture on this interface. (default: any)
          -p, --ports <list>      Take these ports for a mail server's. (default: 25)
          -s, --socket <path>     Hand findings to argotd at this socket. (default: /run/argot/control/tap.sock)
          --filter <expression>   Capture what this expression of pcap-filter(7) matches in place of the usual packets.
          -r, --read <file>       Read a capture file in place of an interface.
          --print                 Print findings, and do not hand them over.
          --record <file>         Write transcripts to this new file, and hand nothing over.
          --record-limit <mb>     Write at most this many megabytes. (default: 1024)
          --seconds <n>           End after this many seconds.
          --version               Show the version.
          -h, --help              Show help information.
        """
}
