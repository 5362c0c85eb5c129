internal import FoundationEssentials
internal import Processes

/// The user that argotd runs as.
public enum DaemonAccount {
    /// The user of the running process `pid`; without one, the user that systemd starts argotd as; else `argot`. `nil`
    /// where the host has none of them.
    public static func find(pid: Int32?) -> Account? {
        if let pid, let data = FileManager.default.contents(atPath: "/proc/\(pid)/status"),
            let id = user(String(decoding: data, as: UTF8.self))
        {
            return named(id)
        }
        let unit = try? ProgramRun("systemctl", ["show", "--property=User", "--value", "argotd.service"], limit: 10)
        if let name = unit?.output.split(separator: "\n").first, !name.isEmpty { return Account.named(String(name)) }
        return Account.named("argot")
    }

    /// The effective user in a process' status as Linux prints it: the directory of a process may belong to root.
    private static func user(_ status: String) -> Int? {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Uid:") }) else { return nil }
        let numbers = line.dropFirst(4).split(whereSeparator: \.isWhitespace)
        return numbers.count > 1 ? Int(numbers[1]) : nil
    }

    private static func named(_ id: Int) -> Account? {
        let run = try? ProgramRun("id", ["-un", "\(id)"], limit: 10)
        guard let name = run?.output.split(separator: "\n").first, run?.status == 0 else { return nil }
        return Account.named(String(name))
    }
}
