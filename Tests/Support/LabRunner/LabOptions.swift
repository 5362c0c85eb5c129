import ClientLab

/// What the command line asks for.
enum LabOptions {
    /// The options of `argot-lab quickstart`.
    struct Quickstart {
        /// The argotd to run.
        var daemon = ""
        /// Whether everything stays up until Ctrl-C.
        var keepsRunning = false
        /// Whether two servers are shown that share what they remember, instead of one.
        var showsTwoServers = false
        /// The command argot, for two servers.
        var command = ""
        /// The directory to work in; nil for a fresh one below /tmp.
        var directory: String?
    }

    /// Print the usage.
    case help
    /// Show real clients and bots with their verdicts.
    case quickstart(Quickstart)

    /// The text of `--help`.
    static let usage = """
        usage: argot-lab quickstart --argotd PATH [--keep-running] [--directory DIR]
               argot-lab quickstart --two-servers --argotd PATH --argot PATH [--keep-running]

        Starts argotd and a private Postfix on loopback, sends mail with real mail programs and
        spam-bot personas, and prints what Argot made of each. Needs root.
        With --two-servers: two of each and a private Redis, and what one has learned from the other.

          --argotd PATH     the argotd to run
          --argot PATH      the argot to run
          --keep-running    keep argotd and Postfix running until Ctrl-C
          --directory DIR   work in DIR, which must not exist yet (default: below /tmp)
          --help            print this text
        """

    /// Reads the arguments after the program's name.
    init(_ arguments: [String]) throws(LabError) {
        if arguments.isEmpty || arguments.contains("--help") || arguments.contains("-h") {
            self = .help
            return
        }
        guard arguments[0] == "quickstart" else {
            throw LabError(.invalidArgument, "unknown command \(arguments[0])", remedy: "try argot-lab --help")
        }
        var options = Quickstart()
        var rest = arguments.dropFirst()
        while let option = rest.popFirst() {
            switch option {
            case "--keep-running": options.keepsRunning = true
            case "--two-servers": options.showsTwoServers = true
            case "--argotd", "--argot", "--directory":
                guard let value = rest.popFirst() else {
                    throw LabError(.invalidArgument, "\(option) needs a value", remedy: "try argot-lab --help")
                }
                switch option {
                case "--argotd": options.daemon = value
                case "--argot": options.command = value
                default: options.directory = value
                }
            default:
                throw LabError(.invalidArgument, "unknown option \(option)", remedy: "try argot-lab --help")
            }
        }
        guard !options.daemon.isEmpty else {
            throw LabError(.invalidArgument, "--argotd PATH is missing", remedy: "try argot-lab --help")
        }
        guard !options.showsTwoServers || !options.command.isEmpty else {
            throw LabError(.invalidArgument, "--argot PATH is missing", remedy: "try argot-lab --help")
        }
        self = .quickstart(options)
    }
}
