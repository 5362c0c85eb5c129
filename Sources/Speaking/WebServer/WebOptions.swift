/// The command line of argot-web.
struct WebOptions: Sendable, Hashable {
    /// What is to be done.
    enum Request: Sendable, Hashable {
        /// Serve the page.
        case serve(WebOptions)
        /// Look at the configuration, and end.
        case check(WebOptions)
        /// Make a line for `users` of a password from standard input.
        case password(name: String, role: String)
        /// Print this, and end.
        case say(String)
    }

    /// The configuration file.
    var file = WebConfiguration.standardFile

    /// Where to listen, in place of what the file says.
    var listen: String?

    /// Reads a command line without the program's name.
    static func read(_ arguments: [String]) throws(WebFault) -> Request {
        var options = WebOptions()
        var words: [String] = []
        var isCheck = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func value() throws(WebFault) -> String {
                if halves.count == 2 { return String(halves[1]) }
                guard let next = rest.popFirst() else {
                    throw WebFault("\(halves[0]) needs a value", remedy: "see --help", isUsage: true)
                }
                return next
            }
            switch halves.first.map(String.init) ?? "" {
            case "--help", "-h": return .say(help)
            case "--version": return .say("argot-web 0.1.0")
            case "--config", "-c": options.file = try value()
            case "--listen", "-l": options.listen = try value()
            case "--check": isCheck = true
            case let word where word.hasPrefix("-"):
                throw WebFault("\(word) is not an option", remedy: "see --help", isUsage: true)
            default: words.append(argument)
            }
        }
        switch words.count {
        case 0: return isCheck ? .check(options) : .serve(options)
        case 3 where words[0] == "password":
            guard WebUser.isName(words[1]), WebRole(rawValue: words[2]) != nil else {
                throw WebFault(
                    "password needs a name and a role", remedy: "write argot web password NAME look|steer",
                    isUsage: true)
            }
            return .password(name: words[1], role: words[2])
        default:
            throw WebFault(
                "\"\(words[0])\" is not understood", remedy: "write password NAME look|steer, or see --help",
                isUsage: true)
        }
    }

    static let help = """
        OVERVIEW: Serves a page that shows what Argot decides and why, and lets it be steered.

        Listens on loopback or a unix socket only: put a web server with TLS in front. Reads argotd's journal, and changes
        things through argotd's control socket, with the rights that this socket gives.

        USAGE: argot web [--config <file>] [--listen <socket>] [--check]
               argot web password <name> look|steer

        password reads a password from standard input and prints a line for users of web.conf.

        OPTIONS:
          -c, --config <file>    Read this configuration file. (default: /etc/argot/web.conf)
          -l, --listen <socket>  Listen here: unix:PATH or inet:PORT@127.0.0.1.
          --check                Check the configuration, and serve nothing.
          --version              Show the version.
          -h, --help             Show help information.
        """
}
