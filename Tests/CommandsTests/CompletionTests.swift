import Foundation
import Testing

/// What shells offer: files where files are meant, and words where a value is one of a few.
@Suite("Completions")
struct CompletionTests {
    private struct Command: Decodable {
        var commandName: String
        var arguments: [Argument]?
        var subcommands: [Command]?
    }

    private struct Argument: Decodable {
        struct Name: Decodable { var name: String }
        struct Kind: Decodable {
            struct Files: Decodable {}
            struct List: Decodable { var values: [String] }
            var file: Files?
            var directory: Files?
            var list: List?
        }
        var names: [Name]?
        var valueName: String?
        var completionKind: Kind?
    }

    private struct Tool: Decodable { var command: Command }

    /// Every argument with the command that has it, such as `senders import --format`.
    private static func arguments() throws -> [(path: String, argument: Argument)] {
        let tool = try JSONDecoder().decode(Tool.self, from: Data(Argot("--experimental-dump-help").output.utf8))
        func all(_ command: Command, _ path: String) -> [(path: String, argument: Argument)] {
            let own = (command.arguments ?? []).map { argument in
                ("\(path) \(argument.names?.last.map { "--\($0.name)" } ?? argument.valueName ?? "")", argument)
            }
            return own
                + (command.subcommands ?? []).flatMap {
                    all($0, path.isEmpty ? $0.commandName : "\(path) \($0.commandName)")
                }
        }
        return all(tool.command, "")
    }

    @Test func filesAndDirectoriesAreOffered() throws {
        let arguments = try Self.arguments()
        let files = arguments.filter { ["file", "files", "directory"].contains($0.argument.valueName ?? "") }
        #expect(files.count > 30)
        for (path, argument) in files {
            let kind = argument.completionKind
            #expect((argument.valueName == "directory" ? kind?.directory : kind?.file) != nil, "\(path)")
        }
    }

    @Test(
        "Words are offered",
        arguments: [
            ("mode mode", ["observe", "enforce"]), ("dialects evaluate --vantage", ["wire", "milter-sendmail"]),
            ("dialects evaluate --mode", ["likelihood", "paper"]), ("dialects draw --vantage", ["milter-postfix"]),
            ("dialects draw --format", ["dot", "svg", "ansi"]), ("dialects diff --vantage", ["wire"]),
            ("dialects probe --vantage", ["wire"]), ("dialects learn --class", ["mta", "bot"]),
            ("dialects label --class", ["mta", "bot"]), ("dialects import --format", ["pcap", "log"]),
            ("senders import --format", ["postfix", "journal"]), ("senders label label", ["spam", "ham"]),
            ("senders simulate --labels", ["truth", "blocklist"]), ("sink --mode", ["learn", "safe"]),
            ("config show --set", ["log_format=json", "enforce=tempfail", "journal_addresses=clear", "socket_group="]),
        ] as [(String, [String])])
    func wordsAreOffered(path: String, words: [String]) throws {
        let found = try Self.arguments().first { $0.path == path }
        let argument = try #require(found, "\(path)").argument
        let offered = Set(argument.completionKind?.list?.values ?? [])
        #expect(offered.isSuperset(of: words), "\(path) offers \(offered)")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func everyShellGetsThem(shell: String) throws {
        let script = try Argot("--generate-completion-script", shell)
        #expect(script.status == 0)
        for word in ["milter-sendmail", "log_format=json", "rotate", "ansi"] {
            #expect(script.output.contains(word), "\(word)")
        }
    }
}
