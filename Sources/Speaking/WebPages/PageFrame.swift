import SMTP

/// What stands around a page: who looks at it, where else one can go, what has just happened.
public struct PageFrame: Sendable {
    /// The pages in the menu.
    public enum Place: String, Sendable, CaseIterable {
        case now, sessions, report, lies, settings

        var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
        var address: String { self == .now ? "/" : "/" + rawValue }
    }

    /// The user's name; `nil` before a login.
    public var user: String?

    /// What the user may do, in a word.
    public var role: String

    /// Whether the user may change something.
    public var canSteer: Bool

    /// Whether the user has logged in here, and may log out.
    public var canLeave: Bool

    /// What every form brings along.
    public var token: String

    /// What has just been done.
    public var notice: String?

    /// What was refused, or is wrong.
    public var fault: String?

    /// A frame of its parts.
    public init(
        user: String? = nil, role: String = "", canSteer: Bool = false, canLeave: Bool = false, token: String = ""
    ) {
        self.user = user
        self.role = role
        self.canSteer = canSteer
        self.canLeave = canLeave
        self.token = token
    }

    private struct Model {
        struct Entry {
            let name: String
            let address: String
            let isCurrent: Bool
        }

        let title: String
        let user: String?
        let role: String
        let canLeave: Bool
        let token: String
        let pages: [Entry]
        let notice: String?
        let fault: String?
        let body: String
        let footer: String
    }

    /// The whole page around `body`.
    func page(_ title: String, at place: Place?, body: String) -> String {
        PageTemplates.filled(
            .layout,
            with: Model(
                title: Shown.text(title), user: user.map(Shown.text), role: role, canLeave: canLeave, token: token,
                pages: Place.allCases.map { Model.Entry(name: $0.name, address: $0.address, isCurrent: $0 == place) },
                notice: notice.map(Shown.text), fault: fault.map(Shown.text), body: body,
                footer: "Argot 0.1.0. Times are in UTC."))
    }
}
