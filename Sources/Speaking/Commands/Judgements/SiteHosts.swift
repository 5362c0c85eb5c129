import Processes
import SMTP

/// The names that this host's mail server goes by in Received fields.
enum SiteHosts {
    /// The names in lower case: what `--by` says; without it this host's name, in short and in full, and Postfix's
    /// `myhostname`.
    static func names(_ given: [String]) -> Set<String> {
        guard given.isEmpty else { return Set(given.map { MailDomain.folded($0) }) }
        var names: Set<String> = [MailDomain.folded(ThisHost.name)]
        for (program, arguments) in [("hostname", ["-f"]), ("postconf", ["-h", "myhostname"])] {
            // Who has no such program has no such name.
            guard let run = try? ProgramRun(program, arguments, limit: 3), run.status == 0 else { continue }
            names.insert(MailDomain.folded(run.output.split { $0.isWhitespace }.first ?? ""))
        }
        return names.filter { !$0.isEmpty && $0 != "localhost" }
    }
}
