import ClientLab
import Foundation
import Testing

/// A Postfix that hands over command lines, at several ports: confined or not, behind postscreen, and without the hook.
final class HookedPostfix {
    /// How a client comes to smtpd.
    enum Way: String, CaseIterable, Sendable {
        /// smtpd as it is.
        case plain
        /// smtpd confined to the queue directory.
        case confined
        /// The same behind postscreen.
        case postscreen
        /// smtpd without the hook.
        case bare
    }

    /// The tables as they are shipped.
    static let tables = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../packaging/postfix").standardized.path

    /// The kind of table of this machine's Postfix.
    static let kind = access("/usr/lib/postfix/postfix-pcre.so", R_OK) == 0 ? "pcre" : "regexp"

    /// The parameters of the hook, with argotd's socket.
    static func parameters(at socket: String) -> [String: String] {
        let chain = { (tables: [String]) in
            let members =
                tables.map { "\(kind):\(Self.tables)/\($0)" } + ["memcache:argotwire", "inline:{{never = never}}"]
            return "pipemap:{\(members.joined(separator: ", "))}"
        }
        return [
            "milter_macro_defaults": "argot_process=$myhostname/$process_id+replies",
            "argotwire_memcache": "unix:\(socket)",
            "argotwire_key_format": "$myhostname/$process_id:%s", "argotwire_timeout": "1", "argotwire_max_try": "1",
            "argotwire_backup": "inline:{{never = never}}",
            "argot_command_filter": chain(["wire", "blank", "blank", "blank", "cut"]),
            "argot_reject_footer": chain(["reply"]), "smtpd_command_filter": "$argot_command_filter",
            "smtpd_reject_footer_maps": "$argot_reject_footer",
        ]
    }

    let postfix: PostfixInstance
    let socket: String
    private let scratch: ScratchDirectory
    private let ports: [Way: UInt16]

    init(offersTLS: Bool = false) throws {
        scratch = try ScratchDirectory(prefix: "hook")
        let ports = [
            Way.confined: try LoopbackPort.free(), .postscreen: try LoopbackPort.free(), .bare: try LoopbackPort.free(),
        ]
        self.ports = ports
        let service = { (way: Way) in "127.0.0.1:\(ports[way] ?? 0) inet n -" }
        // Many bad commands in one session, answered at once.
        let patience = [
            "smtpd_hard_error_limit": "100000", "smtpd_soft_error_limit": "100000",
            "smtpd_junk_command_limit": "100000", "smtpd_forbidden_commands": "", "disable_vrfy_command": "no",
        ]
        postfix = try PostfixInstance(
            directory: scratch.path + "/postfix",
            overrides: Self.parameters(at: "argot/wire.sock").merging(patience) { $1 },
            services: [
                "\(service(.confined)) y - - smtpd",
                "\(service(.postscreen)) n - 1 postscreen -o mynetworks=127.0.0.0/8", "smtpd pass - - y - - smtpd",
                "\(service(.bare)) n - - smtpd -o smtpd_command_filter= -o smtpd_reject_footer_maps=",
            ], offersTLS: offersTLS)
        try postfix.start()
        socket = scratch.path + "/postfix/queue/argot/wire.sock"
        try FileManager.default.createDirectory(
            atPath: (socket as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    }

    /// The port of a way.
    func port(_ way: Way) -> UInt16 { ports[way] ?? postfix.port }

    /// What the server says, byte by byte, to a client that says these lines one after another.
    func answers(_ lines: [[UInt8]], _ way: Way) throws -> [String] {
        let conversation = try SMTPConversation(port: port(way))
        defer { conversation.drop() }
        try conversation.readReply()
        return try lines.map { line in
            let before = conversation.record.bytes(from: .server).count
            try conversation.write(line + [13, 10])
            do {
                try conversation.readReply()
            } catch {
                let text = String(decoding: line, as: UTF8.self)
                throw LabError(
                    .connectionClosed,
                    "\(error) after \(text.debugDescription): \(postfix.log.split(separator: "\n").suffix(3))")
            }
            return String(decoding: conversation.record.bytes(from: .server)[before...], as: UTF8.self)
        }
    }

    func answers(_ lines: [String], _ way: Way) throws -> [String] { try answers(lines.map { Array($0.utf8) }, way) }
}
