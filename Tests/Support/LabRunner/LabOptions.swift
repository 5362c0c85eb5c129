import ClientLab

/// What the command line asks for.
enum LabOptions {
    /// The options of `argot-lab quickstart`.
    struct Quickstart {
        /// The argotd to run.
        var daemon = ""
        /// Whether everything stays up until Ctrl-C.
        var keepsRunning = false
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

        Starts argotd and a private Postfix on loopback, sends mail with real mail programs and
        spam-bot personas, and prints what Argot made of each. Needs root.

          --argotd PATH     the argotd to run
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
            case "--argotd", "--directory":
                guard let value = rest.popFirst() else {
                    throw LabError(.invalidArgument, "\(option) needs a value", remedy: "try argot-lab --help")
                }
                if option == "--argotd" { options.daemon = value } else { options.directory = value }
            default:
                throw LabError(.invalidArgument, "unknown option \(option)", remedy: "try argot-lab --help")
            }
        }
        guard !options.daemon.isEmpty else {
            throw LabError(.invalidArgument, "--argotd PATH is missing", remedy: "try argot-lab --help")
        }
        self = .quickstart(options)
    }
}
