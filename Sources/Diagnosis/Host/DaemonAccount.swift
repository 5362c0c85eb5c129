internal import FoundationEssentials
internal import Processes

/// The user that argotd runs as.
public enum DaemonAccount {
    /// The user of the running process `pid`; without one, the user that systemd starts argotd as; else `argot`. `nil`
    /// where the host has none of them.
    public static func find(pid: Int32?) -> Account? {
        if let pid, let step = PathStep.steps(to: "/proc/\(pid)").steps.last, step.path == "/proc/\(pid)" {
            return named(step.owner)
        }
        let unit = try? ProgramRun("systemctl", ["show", "--property=User", "--value", "argotd.service"], limit: 10)
        if let name = unit?.output.split(separator: "\n").first, !name.isEmpty { return Account.named(String(name)) }
        return Account.named("argot")
    }

    private static func named(_ id: Int) -> Account? {
        let run = try? ProgramRun("id", ["-un", "\(id)"], limit: 10)
        guard let name = run?.output.split(separator: "\n").first, run?.status == 0 else { return nil }
        return Account.named(String(name))
    }
}
