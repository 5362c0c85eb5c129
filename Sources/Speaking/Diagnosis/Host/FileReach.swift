internal import FoundationEssentials
internal import Processes

/// Whether a user of this host may use a file or directory: the steps to it, and the thing itself.
public struct FileReach: Sendable {
    /// What somebody wants to do.
    public enum Wish: String, Sendable, Hashable {
        /// Read it.
        case read
        /// Write to it.
        case write

        fileprivate var bit: Int { self == .read ? 4 : 2 }
        fileprivate var test: String { self == .read ? "-r" : "-w" }
        fileprivate var letter: String { self == .read ? "r" : "w" }
    }

    private let path: String
    private let account: Account
    private let wish: Wish
    private let steps: [PathStep]
    private let isAllowed: Bool?

    /// What is known of the way to a file.
    ///
    /// - Parameter isAllowed: the kernel's own answer, which knows access lists too; `nil` where it was not asked.
    public init(path: String, account: Account, wish: Wish, steps: [PathStep], isAllowed: Bool? = nil) {
        self.path = path
        self.account = account
        self.wish = wish
        self.steps = steps
        self.isAllowed = isAllowed
    }

    /// Looks at the host, as whoever runs this; the kernel is asked on behalf of the account only by root. `nil` for what
    /// is not there.
    public init?(lookingAt path: String, account: Account, wish: Wish) {
        let (steps, missing) = PathStep.steps(to: path)
        if missing != nil { return nil }
        let options = [
            "--reuid", "\(account.id)", "--regid", "\(account.group)", "--clear-groups", "--", "test", wish.test, path,
        ]
        var isAllowed: Bool?
        if account.id != 0, let run = try? ProgramRun("setpriv", options, limit: 10), run.errors.isEmpty {
            // Without its further groups; where it needs them the bits decide.
            isAllowed = run.status == 0 ? true : nil
        }
        self.init(path: path, account: account, wish: wish, steps: steps, isAllowed: isAllowed)
    }

    /// What bars the way, with the command that opens it for this user's group and for nobody else; `nil` when nothing
    /// does.
    public var obstacle: (step: PathStep, remedy: String)? {
        if isAllowed == true { return nil }
        for step in steps.dropLast() where !step.permits(1, to: account) {
            return (step, Self.remedy(step, "x", account))
        }
        guard let last = steps.last else { return nil }
        if !last.permits(wish.bit, to: account) {
            return (last, Self.remedy(last, last.isDirectory ? "\(wish.letter)x" : wish.letter, account))
        }
        return nil
    }

    private static func remedy(_ step: PathStep, _ letters: String, _ account: Account) -> String {
        let path = ShellWord.bare(step.path)
        if step.owner == account.id { return "chmod u+\(letters) \(path)" }
        if account.groups.contains(step.group) { return "chmod g+\(letters) \(path)" }
        return "chgrp \(account.group) \(path) && chmod g+\(letters) \(path)"
    }
}
