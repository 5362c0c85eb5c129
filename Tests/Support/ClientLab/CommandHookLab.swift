import Foundation

/// A Postfix that tells argotd the command lines of its clients, by the tables as they are shipped.
public enum CommandHookLab {
    /// Where the shipped tables are.
    public static let tables = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../packaging/postfix").standardized.path

    /// What the daemon needs for it.
    public static let settings = ["wire_socket": "unix:DIRECTORY/wire.sock", "socket_group": "postfix"]

    /// What Postfix needs for it; `DIRECTORY` stands for the daemon's directory.
    ///
    /// - Parameters:
    ///   - kind: the kind of table.
    ///   - tellsReplies: whether it tells the codes of refusals too.
    public static func overrides(kind: String = "regexp", tellsReplies: Bool = true) -> [String: String] {
        func chain(_ names: [String]) -> String {
            let members = names.map { "\(kind):\(tables)/\($0)" } + ["memcache:argotwire", "inline:{{never = never}}"]
            return "pipemap:{\(members.joined(separator: ", "))}"
        }
        var overrides = [
            "argotwire_memcache": "unix:DIRECTORY/wire.sock",
            "argotwire_key_format": "$myhostname/$process_id:%s",
            "argotwire_timeout": "1", "argotwire_max_try": "1", "argotwire_backup": "inline:{{never = never}}",
            "argot_command_filter": chain(["wire", "blank", "blank", "blank", "cut"]),
            "smtpd_command_filter": "$argot_command_filter",
            "milter_macro_defaults": "argot_process=$myhostname/$process_id" + (tellsReplies ? "+replies" : ""),
        ]
        if tellsReplies {
            overrides["argot_reject_footer"] = chain(["reply"])
            overrides["smtpd_reject_footer_maps"] = "$argot_reject_footer"
        }
        return overrides
    }
}
