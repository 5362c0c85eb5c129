internal import SMTP

internal import FoundationEssentials

/// One directory or file on the way to a socket, with what it lets through.
public struct PathStep: Sendable, Hashable {
    /// Its path.
    public var path: String
    /// Whether it is a directory.
    public var isDirectory: Bool
    /// Whether it is a socket.
    public var isSocket: Bool
    /// The permission bits.
    public var mode: Int
    /// The owner's number.
    public var owner: Int
    /// The group's number.
    public var group: Int

    /// A step from its parts.
    public init(path: String, isDirectory: Bool, isSocket: Bool = false, mode: Int, owner: Int, group: Int) {
        self.path = path
        self.isDirectory = isDirectory
        self.isSocket = isSocket
        self.mode = mode
        self.owner = owner
        self.group = group
    }

    /// The steps from the root to `path`, and the first that is missing. Symbolic links are followed.
    public static func steps(to path: String) -> (steps: [PathStep], missing: String?) {
        var steps: [PathStep] = []
        var prefix = ""
        for part in [""] + path.split(separator: "/").map(String.init) {
            prefix = part.isEmpty ? "/" : (prefix == "/" ? "/" : prefix + "/") + part
            let target = URL(filePath: prefix).resolvingSymlinksInPath().path
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else {
                return (steps, prefix)
            }
            let type = attributes[.type] as? FileAttributeType
            steps.append(
                PathStep(
                    path: prefix, isDirectory: type == .typeDirectory, isSocket: type == .typeSocket,
                    mode: Self.number(attributes[.posixPermissions]), owner: Self.number(attributes[.ownerAccountID]),
                    group: Self.number(attributes[.groupOwnerAccountID])))
        }
        return (steps, nil)
    }

    /// Whether an account has the permission: 4 read, 2 write, 1 enter.
    func permits(_ permission: Int, to account: Account) -> Bool {
        if account.id == 0 { return true }
        let shift = account.id == owner ? 6 : account.groups.contains(group) ? 3 : 0
        return mode >> shift & permission == permission
    }

    /// The permission bits as they are written, such as 0660.
    var modeText: String { (mode & 0o7777).padded(to: 4, radix: 8) }

    private static func number(_ value: Any?) -> Int {
        // The type differs from attribute to attribute.
        (value as? any BinaryInteger).map { Int(clamping: $0) } ?? 0
    }
}
