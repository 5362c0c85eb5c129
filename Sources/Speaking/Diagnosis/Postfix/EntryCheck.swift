/// What is wrong with the settings that Argot's entry has of its own or shares with all filters, and what makes it right
/// in that entry alone.
enum EntryCheck {
    /// A fault of one setting.
    struct Fault {
        /// The finding's name.
        var id: String
        /// How bad it is.
        var severity: Finding.Severity
        /// What is the matter.
        var text: String
        /// The parameter that the value is of.
        var parameter: String
        /// Whether the entry has the value itself.
        var isOwn: Bool
        /// What makes it right.
        var setting: EntryEdit.Setting
    }

    private static let limits: [(name: String, short: Double, long: Double, standard: String)] = [
        ("connect_timeout", 1, 10, "2s"), ("command_timeout", 1, 10, "5s"), ("content_timeout", 1, 60, "10s"),
    ]

    /// The faults of an entry as it holds for a server.
    static func faults(
        of entry: MilterEntry, in service: PostfixService, of postfix: PostfixConfiguration
    ) -> [Fault] {
        var found: [Fault] = []
        func value(_ name: String) -> (text: String, parameter: String, isOwn: Bool) {
            if let own = entry.settings[name] { return (own, "smtpd_milters", true) }
            return (postfix.value("milter_\(name)", in: service), "milter_\(name)", false)
        }
        for limit in limits {
            let (text, parameter, isOwn) = value(limit.name)
            guard let seconds = PostfixExamination.seconds(text) else { continue }
            let setting = EntryEdit.Setting(name: limit.name, value: limit.standard)
            if seconds > limit.long {
                found.append(
                    Fault(
                        id: "postfix.timeout-long", severity: .warning,
                        text: "\(limit.name) is \(text): if argotd hangs, every client waits that long",
                        parameter: parameter, isOwn: isOwn, setting: setting))
            } else if seconds < limit.short {
                found.append(
                    Fault(
                        id: "postfix.timeout-short", severity: .warning,
                        text: "\(limit.name) is \(text): under brief load, mail passes without Argot",
                        parameter: parameter, isOwn: isOwn, setting: setting))
            }
        }
        let (action, parameter, isOwn) = value("default_action")
        if action != "accept" {
            let what =
                switch action.split(separator: " ").first {
                case "quarantine": "held in the queue"
                case "reject": "rejected"
                default: "temporarily refused"
                }
            found.insert(
                Fault(
                    id: "postfix.default-action", severity: .problem,
                    text: "default_action is \(action): mail is \(what) whenever argotd is down, hangs or restarts",
                    parameter: parameter, isOwn: isOwn, setting: .init(name: "default_action", value: "accept")), at: 0)
        }
        let (version, name, isWritten) = value("protocol")
        if let number = Int(version), number < 6 {
            found.append(
                Fault(
                    id: "postfix.protocol", severity: .problem,
                    text: "milter_protocol is \(number): Argot learns neither of refused recipients nor of the "
                        + "client's name lookup, and header fields lose their blanks",
                    parameter: name, isOwn: isWritten, setting: .init(name: "protocol", value: "6")))
        }
        return found
    }
}
