internal import Processes

/// A user of this host and its groups, from wherever the host knows them.
public struct Account: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The number.
    public var id: Int
    /// The number of its own group.
    public var group: Int
    /// The numbers of all its groups.
    public var groups: Set<Int>

    /// An account from its parts.
    public init(name: String, id: Int, group: Int, groups: Set<Int> = []) {
        self.name = name
        self.id = id
        self.group = group
        self.groups = groups.union([group])
    }

    /// Asks the host for an account; `nil` when there is none of that name.
    public static func named(_ name: String) -> Account? {
        guard let id = numbers("-u", name)?.first, let group = numbers("-g", name)?.first,
            let groups = numbers("-G", name)
        else { return nil }
        return Account(name: name, id: id, group: group, groups: Set(groups))
    }

    /// Whether root runs this program.
    public static var isRoot: Bool { (try? ProgramRun("id", ["-u"], limit: 10))?.output == "0\n" }

    private static func numbers(_ option: String, _ name: String) -> [Int]? {
        guard let run = try? ProgramRun("id", [option, name]), run.status == 0 else { return nil }
        return run.output.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
    }
}
