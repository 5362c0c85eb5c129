import SMTP

/// *Settings*: the mode, and who is allowed or denied.
public struct SettingsPage: Sendable {
    /// What is set.
    public struct Settings: Sendable, Hashable {
        /// `observe` or `enforce`.
        public var mode: String
        /// Whether the breaker has suspended refusals.
        public var isSuspended: Bool
        /// The entries of the allow list.
        public var allowed: [String]
        /// The entries of the deny list.
        public var denied: [String]
        /// What is wrong with the file of settings.
        public var faults: [String]

        /// Settings of their parts.
        public init(mode: String, isSuspended: Bool, allowed: [String], denied: [String], faults: [String]) {
            self.mode = mode
            self.isSuspended = isSuspended
            self.allowed = allowed
            self.denied = denied
            self.faults = faults
        }
    }

    private let settings: Settings

    /// The page of `settings`.
    public init(_ settings: Settings) { self.settings = settings }

    private struct Mode {
        let mode: String
        let name: String
        let isCurrent: Bool
    }

    private struct Entry {
        let entry: String
    }

    private struct List {
        let list: String
        let title: String
        let text: String
        let add: String
        let isEmpty: Bool
        let entries: [Entry]
    }

    private struct Model {
        let modeText: String
        let canSteer: Bool
        let token: String
        let modes: [Mode]
        let faults: [String]
        let lists: [List]
    }

    /// The page.
    public func html(in frame: PageFrame) -> String {
        let observes = settings.mode == "observe"
        func list(_ name: String, _ title: String, _ text: String, _ add: String, _ entries: [String]) -> List {
            List(
                list: name, title: title, text: text, add: add, isEmpty: entries.isEmpty,
                entries: entries.map { Entry(entry: Shown.text($0)) })
        }
        let model = Model(
            modeText: (observes
                ? "Observe: verdicts are computed and logged, and mail is left alone."
                : "Enforce: verdicts are applied, as far as enforce and enforce_domains say.")
                + (settings.isSuspended ? " The breaker has suspended refusals; a reload closes it." : ""),
            canSteer: frame.canSteer, token: frame.token,
            modes: [
                Mode(mode: "observe", name: "Observe", isCurrent: observes),
                Mode(mode: "enforce", name: "Enforce", isCurrent: settings.mode == "enforce"),
            ], faults: settings.faults.map(Shown.text),
            lists: [
                list(
                    "allow", "Allowed", "Left alone: addresses, networks, verified names and domains.", "Allow",
                    settings.allowed),
                list(
                    "deny", "Denied", "Rejected, whatever else is known. A deny overrides an allow.", "Deny",
                    settings.denied),
            ])
        return frame.page("Settings", at: .settings, body: PageTemplates.filled(.settings, with: model))
    }
}
