/// The parameters of Postfix's configuration that hand over the command lines of clients, as Argot prints them.
///
/// A table for `smtpd_command_filter` that finds nothing: it turns a line into a key, asks for it at argotd's socket by
/// memcache's protocol, and goes on without an answer. The fallback table clears every error of the asking, and the last
/// one finds nothing whatever was answered.
public struct CommandHook: Sendable, Hashable {
    /// Where the package puts the tables.
    public static let standardDirectory = "/etc/argot/postfix"

    /// The tables of the filter, in order.
    static let tables = ["wire", "blank", "blank", "blank", "cut"]

    /// The table of replies.
    static let replyTable = "reply"

    static let filterName = "argot_command_filter"
    static let footerName = "argot_reject_footer"
    static let macros = "milter_macro_defaults"
    static let macroName = "argot_process"
    static let process = "$myhostname/$process_id"
    static let nothing = "inline:{{never = never}}"

    /// The kind of table: `pcre` or `regexp`.
    var kind: String

    /// Where the tables are.
    var directory: String

    /// argotd's socket as Postfix writes it.
    var endpoint: String

    /// Whether it tells the codes of refusals, too.
    var tellsReplies: Bool

    /// The filter for command lines.
    var filter: String { chain(Self.tables) }

    /// The list for refusals.
    var footer: String { chain([Self.replyTable]) }

    /// The macro by which lines find their session.
    var macro: String { "\(Self.macroName)=\(Self.process)\(tellsReplies ? "+replies" : "")" }

    /// What `main.cf` needs, except for the macro.
    var parameters: [(name: String, value: String)] {
        client + [(Self.filterName, filter)] + (tellsReplies ? [(Self.footerName, footer)] : [])
    }

    /// The client of argotd's socket, memcache_table(5): a hang costs a second, and nothing is tried twice.
    var client: [(name: String, value: String)] {
        [
            ("argotwire_memcache", endpoint), ("argotwire_key_format", "\(Self.process):%s"),
            ("argotwire_timeout", "1"),
            ("argotwire_max_try", "1"), ("argotwire_backup", Self.nothing),
        ]
    }

    private func chain(_ tables: [String]) -> String {
        let members = tables.map { "\(kind):\(directory)/\($0)" } + ["memcache:argotwire", Self.nothing]
        return "pipemap:{\(members.joined(separator: ", "))}"
    }

    /// Whether a value is a chain of Argot's.
    static func isHook(_ value: String) -> Bool { value.contains("memcache:argotwire") }

    /// The value of `smtpd_command_filter` with the hook beside another filter, which still replaces what it replaced.
    static func joined(with own: String) -> String {
        own.isEmpty ? "$\(filterName)" : "unionmap:{$\(filterName),\(own)}"
    }

    /// The filter beside the hook in such a value, empty for none; `nil` when the hook stands there in another way.
    static func own(in value: String) -> String? {
        let text = value[...].trimmed
        if !text.contains(filterName), !isHook(value) { return String(text) }
        if text == "$\(filterName)" || text == "${\(filterName)}" { return "" }
        let prefix = "unionmap:{$\(filterName),"
        guard text.hasPrefix(prefix), text.hasSuffix("}") else { return nil }
        return String(text.dropFirst(prefix.count).dropLast().trimmed)
    }
}
