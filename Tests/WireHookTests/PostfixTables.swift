import ClientLab
import Foundation
import ScratchFiles
import SMTP
import Sockets
import Synchronization
import WireHook

/// The tables as they are shipped, asked by a real Postfix.
final class PostfixTables {
    /// Where the shipped tables are.
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../packaging/postfix"
    )
    .standardized.path

    /// The kinds of table that the Postfix of this machine has; none without Postfix.
    static let kinds = ["regexp", "pcre"].filter { kind in
        guard let tables = try? PostfixTables() else { return false }
        let answers = try? tables.ask(Array("probe\n".utf8), "\(kind):\(directory)/blank")
        return answers?.errors == "" && answers?.output.isEmpty == false
    }

    private let scratch: Scratch
    private let postmap: String
    private let loop: SocketLoop

    /// Answers of postmap.
    struct Answers {
        let output: [UInt8]
        let errors: String
    }

    /// - Parameter takesUTF8: whether Postfix minds UTF-8 (`smtputf8_enable`): with it, a line of other bytes never comes as
    ///   far as the filter.
    init(takesUTF8: Bool = true) throws {
        postmap = try Executable.require("postmap", package: "postfix")
        scratch = try Scratch()
        let path = scratch.path + "/wire.sock"
        _ = try scratch.write(
            "main.cf",
            """
            compatibility_level = 3.6
            smtputf8_enable = \(takesUTF8 ? "yes" : "no")
            myhostname = Mail.Lab.Example
            argotwire_memcache = unix:\(path)
            argotwire_key_format = $myhostname/$process_id:%s
            argotwire_timeout = 1
            argotwire_max_try = 1
            argotwire_backup = inline:{{never = never}}

            """)
        _ = try scratch.write("master.cf", "")
        let keys = Box()
        box = keys
        loop = try SocketLoop(
            listener: SocketListener(.unix(path: path)),
            conversationWith: { peer in MemcacheConversation(peer: peer) { keys.add($0) } })
        try loop.start()
    }

    deinit { loop.stop() }

    private let box: Box

    private final class Box: Sendable {
        private let results = Mutex<[Result<HookKey, HookKeyError>]>([])
        func add(_ result: Result<HookKey, HookKeyError>) { results.withLock { $0.append(result) } }
        func take() -> [Result<HookKey, HookKeyError>] {
            results.withLock { results in
                defer { results = [] }
                return results
            }
        }
    }

    /// What `table` says to each line of `input`.
    func ask(_ input: [UInt8], _ table: String) throws -> Answers {
        let tag = UUID().uuidString
        let file = { [scratch] (name: String) in "\(scratch.path)/\(name)-\(tag)" }
        try Data(input).write(to: URL(filePath: file("in")))
        let child = try ChildProcess(
            postmap, ["-c", scratch.path, "-q", "-", table], input: file("in"), output: file("out"), errors: file("err")
        )
        guard child.wait(until: .after(.seconds(120))) != nil else { throw LabError(.timedOut, "postmap") }
        return Answers(
            output: Array(try Data(contentsOf: URL(filePath: file("out")))),
            errors: String(decoding: try Data(contentsOf: URL(filePath: file("err"))), as: UTF8.self))
    }

    /// The first tables of the filter, in the kind given.
    static func tables(_ kind: String) -> [String] {
        ["wire", "blank", "blank", "blank", "cut"].map { "\(kind):\(directory)/\($0)" }
    }

    /// What the filter makes of each line, in text.
    func texts(_ lines: [[UInt8]], kind: String) throws -> [[UInt8]] {
        let table = "pipemap:{\(Self.tables(kind).joined(separator: ", "))}"
        let answers = try ask(lines.flatMap { $0 + [10] }, table)
        guard answers.errors.isEmpty else { throw LabError(.startFailed, answers.errors) }
        var rest = answers.output[...]
        return try lines.map { line in
            guard rest.starts(with: line + [9]), let end = rest.firstIndex(of: 10) else {
                throw LabError(.malformedReply, "no answer to \(String(decoding: line, as: UTF8.self))")
            }
            defer { rest = rest[(end + 1)...] }
            return Array(rest[(rest.startIndex + line.count + 1)..<end])
        }
    }

    /// What arrives at argotd's socket when each line goes through the whole filter, which finds nothing.
    func keys(_ lines: [[UInt8]], kind: String) throws -> [Result<HookKey, HookKeyError>] {
        _ = box.take()
        let members = Self.tables(kind) + ["memcache:argotwire", "inline:{{never = never}}"]
        let answers = try ask(lines.flatMap { $0 + [10] }, "pipemap:{\(members.joined(separator: ", "))}")
        guard answers.errors.isEmpty, answers.output.isEmpty else {
            throw LabError(.startFailed, answers.errors + String(decoding: answers.output, as: UTF8.self))
        }
        return box.take()
    }
}
