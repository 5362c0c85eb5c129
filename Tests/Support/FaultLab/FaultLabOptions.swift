import ClientLab
import FakeMTA

/// What the command line asks for.
struct FaultLabOptions {
    /// The experiments that are run; all when empty.
    var only: [String] = []
    /// Whether the experiments are only listed.
    var lists = false
    /// Whether JSON is printed.
    var json = false
    /// The seed of everything that is left to chance.
    var seed: UInt64 = 1
    /// What argotd serves mail servers with.
    var engine = EngineUnderTest.libmilter
    /// Whether the corpus of awkward sessions is printed instead, and each session's fate.
    var showsAwkward = false
    /// The judged mail that the trade table is made of.
    var trade: String?

    /// The text of `--help`.
    static let usage = """
        usage: Tests/faults [--only NAME]... [--engine ENGINE] [--seed N] [--json] [--list]
               Tests/faults --awkward [--json]
               Tests/faults --trade FILE

        Subjects argotd, a real Postfix and tagged mail to faults and attacks, counts what was
        offered, delivered, delayed and lost, and says for each experiment whether it has held.
        Loopback only; about ten minutes; needs root. The exit status is 1 if anything broke.

          --only NAME    run this experiment, or those whose names begin with NAME (may be repeated)
          --engine NAME  what argotd serves the mail server with: libmilter (the default) or native
          --seed N       the seed of everything random (1)
          --json         print one JSON document instead of a Markdown table
          --list         print the names of the experiments and what they do
          --awkward      what happens to Tests/Corpora/awkward.sessions, at a new site and after two weeks
          --trade FILE   awkward sessions touched against spam touched on judged mail (FILE as for
                         argot replay --envelopes), for several settings
          --help         print this text
        """

    /// Reads the arguments; `nil` when help is asked for.
    init?(_ arguments: [String]) throws(LabError) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--help", "-h": return nil
            case "--list": lists = true
            case "--json": json = true
            case "--awkward": showsAwkward = true
            case "--only", "--engine", "--seed", "--trade":
                guard let value = rest.popFirst() else {
                    throw LabError(.invalidArgument, "\(option) needs a value", remedy: "try Tests/faults --help")
                }
                switch option {
                case "--only": only.append(value)
                case "--trade": trade = value
                case "--engine":
                    guard let named = EngineUnderTest(rawValue: value) else {
                        throw LabError(.invalidArgument, "--engine takes libmilter or native", remedy: "such as native")
                    }
                    engine = named
                default:
                    guard let number = UInt64(value) else {
                        throw LabError(.invalidArgument, "--seed takes a whole number", remedy: "such as --seed 7")
                    }
                    seed = number
                }
            default:
                throw LabError(.invalidArgument, "unknown option \(option)", remedy: "try Tests/faults --help")
            }
        }
    }
}
