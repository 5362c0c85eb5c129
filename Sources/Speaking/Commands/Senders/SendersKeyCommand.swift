import ArgumentParser
import Configuration
import Decision
import FoundationEssentials
import Keeping
import KeyedHashing
import Signing
import Terminal

/// `argot senders key`
struct SendersKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes and shows the keys of a group of sites.",
        discussion: """
            A site that submits its counts has two keys beside its database. signing.key is its own: it signs what the site \
            submits, and its public half is given to the group's server. group.key is the same at all sites of the group: \
            senders are named under it, and whoever has it can turn these names back into addresses. Hand it on over a \
            channel that you trust (scp), and to nobody outside of the group.
            """, subcommands: [New.self, Show.self])

    /// Which key.
    struct Choice: ParsableArguments {
        @Flag(name: .long, help: "The key that all sites of the group share, and not this site's own.")
        var group = false

        @Option(
            name: .long,
            help: ArgumentHelp(
                "The key's file; by default signing.key or group.key beside the database.", valueName: "file"),
            completion: .file())
        var file: String?

        @OptionGroup var source: SourceOptions

        func path() throws -> String {
            if let file { return file }
            let files = try source.load().files
            return group ? files.groupKey : files.signingKey
        }
    }

    private struct Row: Encodable {
        let file: String
        let publicKey: String?
        let id: String
    }

    /// What may be known of the key in a file.
    private static func row(_ path: String, isGroups: Bool) throws -> Row {
        if isGroups {
            let id = SenderPseudonyms(key: try HashingKey.load(file: path)).groupID
            return Row(file: path, publicKey: nil, id: String(id, radix: 16))
        }
        let key = try SigningKey.load(file: path).publicKey
        return Row(file: path, publicKey: "\(key)", id: "\(key.id)")
    }

    private static func show(_ row: Row, json: Bool) throws {
        if json { return try Output.json(row) }
        Output.table(
            ["WHAT", "VALUE"],
            [["file", row.file]] + (row.publicKey.map { [["public key", $0]] } ?? [])
                + [[row.publicKey == nil ? "group" : "signer", row.id]])
    }

    /// `argot senders key new`
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a key; a file that is there is kept.")

        @OptionGroup var choice: Choice

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func run() throws {
            let path = try choice.path()
            if choice.group {
                guard !FileManager.default.fileExists(atPath: path) else {
                    throw CommandError("\(path): a file is there already and is kept: name another one, or remove it")
                }
                // Whoever runs this, the key is the daemon's, as the directory is.
                try HashingKey.random().replace(file: path)
            } else {
                try SigningKey.random().create(file: path)
            }
            try SendersKeyCommand.show(try SendersKeyCommand.row(path, isGroups: choice.group), json: json)
        }
    }

    /// `argot senders key show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the public half of the signing key, or the group's number.")

        @OptionGroup var choice: Choice

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func run() throws {
            try SendersKeyCommand.show(try SendersKeyCommand.row(try choice.path(), isGroups: choice.group), json: json)
        }
    }
}
